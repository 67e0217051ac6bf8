using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Evercam.FakeCameras;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Faults;

/// <summary>The real process, killed at any moment in the middle of recording and uploading, loses nothing that it acknowledged.</summary>
public sealed class KillTests(PostgresServer postgres)
{
    private const int Uploaders = 4;

    /// <summary>Ten pictures a second keep the open pack busy.</summary>
    private const int PerMinute = 600;

    /// <summary>How often it is killed.</summary>
    private static readonly int Kills = LongForm.Times(everyday: 4, inLongForm: 200);

    private readonly ConcurrentDictionary<long, byte[]> acknowledged = new();
    private readonly HashSet<long> listed = [];
    private long second = 1_000_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Killed_again_and_again_it_keeps_every_acknowledged_picture() => KillAsync([]);

    [Fact]
    public async Task Killed_again_and_again_with_PostgreSQL_it_keeps_every_acknowledged_picture() =>
        await KillAsync(new() { ["ConnectionStrings__Evercam"] = await postgres.CreateDatabaseAsync() });

    private async Task KillAsync(Dictionary<string, string> settings)
    {
        using var data = new TempFolder();
        await using var cameras = await FakeCameraHost.StartAsync([new FakeCamera("gate") { Width = 160, Height = 90 }], Cancellation);
        using (var first = await EvercamProcess.StartAsync(data.Path, Cancellation, settings))
        {
            await first.RegisterAsync(cameras.Port, PerMinute);
            await first.KillAsync();
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            using var server = await EvercamProcess.StartAsync(data.Path, Cancellation, settings);
            await VerifyAsync(server, data.Path, settings);
            await UseUntilKilledAsync(server, enough: acknowledged.Count + 20 + RandomNumberGenerator.GetInt32(60));
        }

        using var last = await EvercamProcess.StartAsync(data.Path, Cancellation, settings);
        await VerifyAsync(last, data.Path, settings);
    }

    private async Task UseUntilKilledAsync(EvercamProcess server, int enough)
    {
        using var dead = new CancellationTokenSource();
        var reached = new TaskCompletionSource();
        var uploads = Enumerable.Range(0, Uploaders).Select(_ => UploadAsync(server, enough, reached, dead.Token)).ToList();
        var lists = ListAsync(server, dead.Token);
        await reached.Task.WaitAsync(Cancellation);
        await server.KillAsync();
        await dead.CancelAsync();
        await Task.WhenAll([.. uploads, lists]);
    }

    private async Task UploadAsync(EvercamProcess server, int enough, TaskCompletionSource reached, CancellationToken dead)
    {
        while (!dead.IsCancellationRequested)
        {
            var at = Interlocked.Increment(ref second);
            var picture = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(100, 60_000));
            try
            {
                if (await server.TryUploadAsync(Gate.Camera, at, picture) == HttpStatusCode.OK)
                {
                    acknowledged[at] = picture;
                    if (acknowledged.Count >= enough)
                    {
                        reached.TrySetResult();
                    }
                }
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    /// <summary>What was listed once is acknowledged, too: recorded pictures.</summary>
    private async Task ListAsync(EvercamProcess server, CancellationToken dead)
    {
        while (!dead.IsCancellationRequested)
        {
            try
            {
                listed.UnionWith(await server.CreatedAtAsync());
            }
            catch (Exception ended) when (ended is HttpRequestException or IOException)
            {
                return;
            }
        }
    }

    private async Task VerifyAsync(EvercamProcess server, string data, Dictionary<string, string> settings)
    {
        server.SignIn();
        var kept = await server.CreatedAtAsync();
        Assert.Subset(kept, listed);
        Assert.Subset(kept, acknowledged.Keys.ToHashSet());
        foreach (var (at, picture) in acknowledged)
        {
            Assert.Equal(picture, await server.FetchAsync(at));
        }

        await Gate.CheckAsync(data, settings);
    }
}
