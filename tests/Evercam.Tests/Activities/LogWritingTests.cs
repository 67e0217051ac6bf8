using System.Net;
using Evercam.Server.Activities;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Activities;

/// <summary>How the lines get into the database that nobody waits for.</summary>
public sealed class LogWritingTests(PostgresServer postgres)
{
    private static readonly Actor Joe = new(7, null, IPAddress.Loopback);

    /// <summary>It stands still: what waits is written when the log stops.</summary>
    private readonly FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(CatalogRows.Now));
    private readonly LogLines<ActivityLog> said = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_and_deletions_take_cameras_in_the_same_order()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var app = await StartAsync(new() { ["ConnectionStrings:Evercam"] = database });
        var joe = await app.AddUserAsync("joe");
        var (first, second) = (await app.AddCameraAsync("door", joe), await app.AddCameraAsync("yard", joe));
        var log = app.Services.GetRequiredService<ActivityLog>();
        foreach (var camera in new[] { second, first, second })
        {
            log.Did(Joe, ActivityKind.Erased, camera, "1");
        }

        // Someone deletes the account, and has the first of its cameras.
        await app.StoreAsync(async db =>
        {
            await using var deletion = await db.Database.BeginTransactionAsync(Cancellation);
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM cameras WHERE key = {first} FOR UPDATE", Cancellation);
            var written = log.StopAsync(Cancellation);
            await Eventually.IsTrueAsync(() => db.Database.SqlQuery<bool>(
                $"""
                SELECT count(*) > 0 AS "Value" FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """).SingleAsync(Cancellation));

            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM cameras WHERE key = {second} FOR UPDATE", Cancellation);
            await db.Database.ExecuteSqlAsync($"DELETE FROM cameras WHERE key = {first}", Cancellation);
            await deletion.CommitAsync(Cancellation);
            await written;
        });
        Assert.Equal([second, second], await app.StoreAsync(db => db.Activities.Select(a => a.CameraKey).ToListAsync(Cancellation)));
        Assert.Empty(said.Lines);
    }

    [Fact]
    public async Task What_happens_to_shares_is_written_with_it()
    {
        await using var app = await StartAsync([]);
        var (joe, ann) = (await app.SignUpAsync(), await app.SignUpAsync());
        var camera = await app.AddCameraAsync(joe);
        var share = (await app.ShareAsync(joe, camera, ann, "list")).One()["id"];
        Assert.Equal(200, (await app.AskAsync("PATCH", $"cameras/share/{share}", joe, ("rights", "view"))).Status);
        for (var time = 0; time < 2; time++)
        {
            Assert.Equal((200, "{}"), await app.AskAsync("DELETE", $"cameras/{camera}/share?share_id={share}", joe));
        }

        Assert.Equal(
            [ActivityKind.Created, ActivityKind.Shared, ActivityKind.ShareUpdated, ActivityKind.ShareEnded],
            await app.StoreAsync(db => db.Activities.OrderBy(a => a.Key).Select(a => a.Kind).ToListAsync(Cancellation)));
    }

    [Fact]
    public async Task A_line_that_the_database_refuses_holds_up_no_other()
    {
        await using var app = await StartAsync([]);
        var camera = await app.AddCameraAsync("yard", await app.AddUserAsync("joe"));
        await app.StoreAsync(db => db.Database.ExecuteSqlRawAsync(
            """
            CREATE TRIGGER no_poison BEFORE INSERT ON activities WHEN NEW.detail = 'poison'
            BEGIN SELECT RAISE(ABORT, 'it is poison'); END
            """,
            Cancellation));
        var log = app.Services.GetRequiredService<ActivityLog>();
        foreach (var detail in new[] { "1", "poison", "2" })
        {
            log.Did(Joe, ActivityKind.Erased, camera, detail);
        }

        await log.StopAsync(Cancellation);
        Assert.Equal(
            ["1", "2"], await app.StoreAsync(db => db.Activities.OrderBy(a => a.Key).Select(a => a.Detail!).ToListAsync(Cancellation)));
        Assert.Equal(
            [$"Error: A line of a camera's log is lost, the database refuses it: Erased of {camera}"], said.Lines);
    }

    [Fact]
    public async Task Lines_that_find_no_room_are_told_of()
    {
        await using var app = await StartAsync([]);
        var log = app.Services.GetRequiredService<ActivityLog>();
        for (var number = 0; number < 100_003; number++)
        {
            log.Did(Joe, ActivityKind.Erased, cameraKey: 1, "of a camera that is gone");
        }

        await log.StopAsync(Cancellation);
        Assert.Equal(["Warning: 3 lines of cameras' logs are lost: too many waited to be written"], said.Lines);
    }

    private Task<EvercamApp> StartAsync(Dictionary<string, string?> settings) => EvercamApp.StartAsync(
        new Dictionary<string, string?>(settings) { ["Evercam:Recorder:OnlineCheck"] = "false" },
        clock,
        adjust: builder => builder.Services.AddSingleton<ILogger<ActivityLog>>(said));
}
