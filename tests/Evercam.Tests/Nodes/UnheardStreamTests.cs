using Evercam.FakeCameras;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Nodes;

/// <summary>A live stream while nobody can say what other servers change, so that nothing remembered counts.</summary>
public sealed class UnheardStreamTests(PostgresServer postgres)
{
    private const int PerSecond = 10;
    private const int StatementsOfALook = 2;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1) / PerSecond;

    /// <summary>How long a picture may take, before time goes on once more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private readonly Statements statements = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_database_is_asked_at_each_glance_and_not_for_each_picture_and_the_stream_ends_with_its_share()
    {
        await using var cameras = await FakeCameraHost.StartAsync([new FakeCamera("gate") { Width = 160, Height = 120 }], Cancellation);
        await using var app = await StartAsync();
        var stage = await Stage.SetAsync(app, c =>
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", cameras.Port, Setting.Of("/gate/snapshot.jpg")));
        var friend = await Stage.AddUserAsync(app);
        await stage.ShareAsync(friend, CameraRights.Snapshot);
        using var stream = await WatchedStream.OpenAsync(stage, friend, PerSecond);
        await stream.NextAsync();

        statements.Take();
        var begun = clock.GetTimestamp();
        var seen = 0;
        while (Looks() < 4 || seen < 3 * Looks())
        {
            await SeeAsync(stream);
            seen++;
        }

        Assert.InRange(statements.Take().Count, StatementsOfALook, StatementsOfALook * Looks());

        await app.StoreAsync(db => db.Shares.Where(s => s.CameraKey == stage.Key).ExecuteDeleteAsync(Cancellation));
        await Assert.ThrowsAsync<EndOfStreamException>(async () =>
        {
            // Pictures may come early, and one was on its way.
            for (var left = (2 * PicturesOfAGlance) + 1; left > 0; left--)
            {
                await SeeAsync(stream);
            }
        });

        int Looks() => (int)(clock.GetElapsedTime(begun) / Standing.Glance) + 1;
    }

    private static int PicturesOfAGlance => (int)(Standing.Glance / Pace);

    private async Task<EvercamApp> StartAsync() => await EvercamApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["ConnectionStrings:Evercam"] = await postgres.CreateDatabaseAsync(),
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Http:RememberUnheard"] = "00:00:00",
        },
        clock,
        adjust: builder =>
        {
            builder.Services.AddSingleton<IInterceptor>(statements);
            builder.Services.AddHttpContextAccessor();
        });

    /// <summary>Lets time go on until the next picture is there.</summary>
    private async Task SeeAsync(WatchedStream stream)
    {
        var next = stream.NextAsync();
        do
        {
            clock.Advance(Pace);
            await ((Task)next).WaitAsync(Patience, TimeProvider.System, Cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!next.IsCompleted);

        await next;
    }
}
