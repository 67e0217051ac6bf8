using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Cluster;

/// <summary>Cameras that their server has taken, and cannot begin with, since the packs do not answer.</summary>
public sealed class UnbegunCameraTests(PostgresServer postgres)
{
    private const int Cameras = 3;

    /// <summary>So often each is tried.</summary>
    private const int Attempts = 4;

    [Fact]
    public async Task Whoever_asks_is_told_of_the_archive_and_the_log_says_it_once()
    {
        using var shelf = new LogShelf();
        var (isAway, attempts) = (true, 0);
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:Evercam"] = await postgres.CreateDatabaseAsync(),
                ["Evercam:Recorder:OnlineCheck"] = "false",
            },
            adjust: builder =>
            {
                builder.Logging.AddProvider(shelf);
                builder.Services.AddSingleton<NodeTenures>();
                builder.InterposePacks(call =>
                {
                    if (call.Method != nameof(IPackStore.LetGoAsync) || !Volatile.Read(ref isAway))
                    {
                        return call.GoThrough();
                    }

                    Interlocked.Increment(ref attempts);
                    throw new PacksUnavailableException("The bucket is away.", new IOException("Connection refused"));
                });
            });
        app.Services.GetRequiredService<NodeTenures>().Serve();
        var owner = await Stage.AddUserAsync(app);
        for (var i = 0; i < Cameras; i++)
        {
            var row = CatalogRows.Camera(owner);
            await Stage.StoreAsync(app, db => db.Add(row));
            var stage = new Stage(app, owner, row);
            (await stage.GetAsync("snapshot.jpg")).Refuses(503, "The archive cannot be read now");
            (await stage.AskAsync(HttpMethod.Post, "snapshots", owner)).Refuses(503, "The archive cannot be read now");
        }

        var asked = Volatile.Read(ref attempts);
        await Eventually.IsTrueAsync(() => Volatile.Read(ref attempts) >= asked + (Cameras * Attempts));
        var said = shelf.Lines.Where(line => line.Contains("The bucket is away.", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, said.Count);
        Assert.Single(said, line => line.StartsWith("Error: Pictures cannot be read", StringComparison.Ordinal));
        Assert.Single(said, line => line.StartsWith("Warning: Recorders cannot begin with their cameras", StringComparison.Ordinal));
        Assert.DoesNotContain(said, line => line.Contains("   at ", StringComparison.Ordinal));

        Volatile.Write(ref isAway, false);
        await Eventually.IsTrueAsync(() => shelf.Lines.Contains($"Information: All recorders have begun that could not: {Cameras}"));
    }
}
