using System.Net;
using Evercam.Archive;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Faults;

/// <summary>A PostgreSQL server that is stopped, and started again a while later.</summary>
public sealed class LostDatabaseTests
{
    private const long Second = 1_397_651_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_are_told_the_log_is_told_once_and_what_was_recorded_meanwhile_is_kept()
    {
        Assert.SkipWhen(PostgresInstance.Binaries is null, "PostgreSQL is not installed.");
        await using var postgres = await PostgresInstance.StartAsync();
        using var shelf = new LogShelf();
        await using var app = await StartAsync(postgres, shelf, callers: "00:10:00", cameras: "00:01:00");
        var stage = await Stage.SetAsync(app);
        await stage.RecordAsync([Second]);
        Assert.Equal(200, (await stage.GetAsync("snapshots/latest")).Status);

        AppendedSnapshot recorded;
        await using var midway = await app.Services.GetRequiredService<IDbContextFactory<EvercamDb>>().CreateDbContextAsync(Cancellation);
        await using var begun = await midway.Database.BeginTransactionAsync(Cancellation);
        Assert.True(await midway.Users.AnyAsync(Cancellation));
        await using (await postgres.ShutDownAsync())
        {
            await begun.DisposeAsync();
            // Somebody may not have heard yet that the server went.
            await Eventually.IsTrueAsync(() => Count(shelf, "The database is away") == 1);
            foreach (var path in new[] { "snapshots/latest", "shares", "logs", "snapshots/2014/4/days", "shares" })
            {
                (await stage.GetAsync(path)).Refuses(503, "Service unavailable, please try again");
            }

            for (var i = 10; i < 13; i++)
            {
                Assert.Equal(503, (await stage.UploadAsync(Second + i)).Status);
                Assert.Equal(503, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{Second}", stage.Owner)).Status);
                Assert.Equal(503, (await stage.AskAsync(HttpMethod.Put, $"snapshots/{Second}/keep", stage.Owner)).Status);
                Assert.Equal(503, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{Second}/keep", stage.Owner)).Status);
            }

            recorded = await stage.Archive.AppendAsync(
                new NewSnapshot(stage.Key, DateTimeOffset.FromUnixTimeSeconds(Second + 1), PictureType.Jpeg, Stage.JpegWith(7)), Cancellation);
        }

        await recorded.Durable.WaitAsync(Cancellation);
        await Eventually.IsTrueAsync(async () => (await stage.GetAsync($"snapshots/{Second + 1}.jpg")).Status == 200);
        Assert.Equal(Stage.JpegWith(7), (await stage.GetAsync($"snapshots/{Second + 1}.jpg")).Bytes);
        Assert.Equal(200, (await stage.GetAsync($"snapshots/{Second}.jpg")).Status);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Put, $"snapshots/{Second}/keep", stage.Owner)).Status);
        Assert.Equal((1, 1), (Count(shelf, "The database is away"), Count(shelf, "The database is back")));
        Assert.DoesNotContain(shelf.Lines, line => line.Contains("   at ", StringComparison.Ordinal));
        Assert.DoesNotContain(shelf.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.DoesNotContain(shelf.Lines, line => line.Contains(" 0 changes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answers_that_take_long_are_broken_off()
    {
        Assert.SkipWhen(PostgresInstance.Binaries is null, "PostgreSQL is not installed.");
        await using var postgres = await PostgresInstance.StartAsync();
        await using var cameras = await FakeCameraHost.StartAsync([new FakeCamera("gate") { Width = 160, Height = 120 }], Cancellation);
        using var shelf = new LogShelf();
        await using var app = await StartAsync(postgres, shelf, callers: "00:00:00", cameras: "00:00:00");
        var stage = await Stage.SetAsync(app, c =>
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", cameras.Port, Setting.Of("/gate/snapshot.jpg")));
        var large = Stage.JpegWith(new byte[3_000_000]);
        for (var picture = 0; picture < 20; picture++)
        {
            await stage.RecordAsync(DateTimeOffset.FromUnixTimeSeconds(Second + picture), large);
        }

        var keys = stage.Owner.Credential!;
        var credentials = $"api_id={keys.ApiId}&api_key={keys.ApiKey}";
        string[] paths = [$"cameras/{stage.Id}/snapshots/2014/4/16/12.tar", "events", $"cameras/{stage.Id}/live.mjpeg"];
        var answers = new List<HttpResponseMessage>();
        foreach (var path in paths)
        {
            answers.Add(await app.Client.GetAsync($"{path}?{credentials}", HttpCompletionOption.ResponseHeadersRead, Cancellation));
            Assert.Equal(HttpStatusCode.OK, answers[^1].StatusCode);
        }

        await using (await postgres.ShutDownAsync())
        {
            foreach (var path in paths)
            {
                await Eventually.IsTrueAsync(() => Count(shelf, $"GET /v1/{path} is broken off: the database is not available") == 1);
            }

            (await stage.GetAsync("live.mjpeg")).Refuses(503, "Service unavailable, please try again");
        }

        answers.ForEach(answer => answer.Dispose());
        Assert.Equal(0, Count(shelf, "nhandled exception"));
    }

    /// <summary>Starts a server on a database there, which remembers for so long who called, and what is known of cameras.</summary>
    private static async Task<EvercamApp> StartAsync(PostgresInstance postgres, LogShelf shelf, string callers, string cameras) => await EvercamApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["ConnectionStrings:Evercam"] = await postgres.CreateDatabaseAsync("evercam"),
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Http:RememberCallers"] = callers,
            ["Evercam:Http:RememberCameras"] = cameras,
        },
        adjust: builder => builder.Services.AddSingleton<ILoggerProvider>(shelf));

    private static int Count(LogShelf shelf, string words) =>
        shelf.Lines.Count(line => line.Contains(words, StringComparison.Ordinal));
}
