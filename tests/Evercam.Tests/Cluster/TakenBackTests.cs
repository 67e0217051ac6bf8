using Evercam.Archive;
using Evercam.FakeCameras;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Evercam.Tests.Cluster;

/// <summary>A recorder that ends because another server has its camera, and takes it back meanwhile.</summary>
public sealed class TakenBackTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="areAway">Whether the packs do not answer when it begins with the camera anew.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_recorder_that_took_its_camera_back_while_it_ended_is_woken(bool areAway)
    {
        await using var cameras = await FakeCameraHost.StartAsync([new FakeCamera("gate") { Width = 160, Height = 120 }], Cancellation);
        var connection = await postgres.CreateDatabaseAsync();
        var refuses = false;
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["ConnectionStrings:Evercam"] = connection, ["Evercam:Recorder:OnlineCheck"] = "false" },
            adjust: builder =>
            {
                builder.Services.AddSingleton<NodeTenures>();
                builder.InterposePacks(call => call.Method == nameof(IPackStore.LetGoAsync) && refuses
                    ? throw new PacksUnavailableException("Away.")
                    : call.GoThrough());
            });
        var (tenures, states) = (app.Services.GetRequiredService<NodeTenures>(), app.Services.GetRequiredService<CameraStates>());
        tenures.Serve();
        var stage = await Stage.SetAsync(app, camera =>
        {
            (camera.ExternalHost, camera.ExternalHttpPort, camera.JpgUrl) = ("127.0.0.1", cameras.Port, Setting.Of("/gate/snapshot.jpg"));
            (camera.Recording.Status, camera.Recording.PicturesPerMinute) = (RecordingStatus.On, 600);
        });
        await Eventually.IsTrueAsync(() => states.Followed == 1);
        await using var database = NpgsqlDataSource.Create(connection);
        await AskAsync("INSERT INTO servers (name, alive_at) VALUES ('other', extract(epoch FROM now())::bigint)");
        await AskAsync("UPDATE tenures SET number = number + 1, server = 'other'");

        // It is asked before it knows, and the database takes its time.
        await using var slow = await database.OpenConnectionAsync(Cancellation);
        await using var holding = await slow.BeginTransactionAsync(Cancellation);
        await using (var hold = new NpgsqlCommand("SELECT 1 FROM tenures FOR UPDATE", slow, holding))
        {
            await hold.ExecuteNonQueryAsync(Cancellation);
        }

        var asked = stage.Recorder.ReloadAsync();
        await Eventually.IsTrueAsync(async () =>
            await AskAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") is 1L);
        await tenures.BeatAsync(Cancellation);
        await Eventually.IsTrueAsync(() => states.Followed == 0);
        refuses = areAway;
        await holding.RollbackAsync(Cancellation);
        await Task.WhenAny(asked);
        Assert.Equal(areAway, asked.IsFaulted);
        Assert.Equal(areAway ? [] : [stage.Key], tenures.Cameras);
        List<long> woken = [];
        await Eventually.IsTrueAsync(() =>
        {
            woken.AddRange(tenures.TakeFallenAsleep());
            return woken.Count > 0;
        });
        Assert.Equal([stage.Key], woken);

        async Task<object?> AskAsync(string sql)
        {
#pragma warning disable CA2100 // Every statement is a constant.
            await using var command = database.CreateCommand(sql);
#pragma warning restore CA2100
            return await command.ExecuteScalarAsync(Cancellation);
        }
    }
}
