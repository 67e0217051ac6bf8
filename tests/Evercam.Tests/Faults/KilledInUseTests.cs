using System.Collections.Concurrent;
using System.Security.Cryptography;
using Evercam.FakeCameras;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Faults;

/// <summary>
/// The real process, killed at any moment while it records 50 cameras and 8 clients upload, delete and change: whatever it
/// acknowledged is as it was said, and the archive proves itself.
/// </summary>
public sealed class KilledInUseTests
{
    private const int Recorded = 50;
    private const int Clients = 8;

    private static readonly int Kills = LongForm.Times(everyday: 3, inLongForm: 200);

    private readonly List<KilledClient> clients = [.. Enumerable.Range(0, Clients).Select(number => new KilledClient(number))];
    private readonly ConcurrentDictionary<string, HashSet<long>> recorded = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_while_it_is_used_in_every_way_it_keeps_its_word()
    {
        using var data = new TempFolder();
        await using var cameras = await FakeCameraHost.StartAsync(
            [.. Enumerable.Range(0, Recorded).Select(number => new FakeCamera($"gate{number}") { Width = 160, Height = 90 })], Cancellation);
        await RegisterAsync(data.Path, cameras);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var server = await EvercamProcess.StartAsync(data.Path, Cancellation);
            await VerifyAsync(server, data.Path);
            await UseUntilKilledAsync(server, acts: 40 + RandomNumberGenerator.GetInt32(160));
        }

        using var last = await EvercamProcess.StartAsync(data.Path, Cancellation);
        await VerifyAsync(last, data.Path);
    }

    private static async Task RegisterAsync(string data, FakeCameraHost host)
    {
        using var server = await EvercamProcess.StartAsync(data, Cancellation);
        await server.SignUpAsync();
        foreach (var camera in host.Cameras)
        {
            await server.RegisterCameraAsync(camera.Name, host.Port, perMinute: 60);
        }

        foreach (var client in Enumerable.Range(0, Clients))
        {
            await server.SendAsync(
                HttpMethod.Post, "cameras", ("id", KilledClient.CameraOf(client)), ("name", KilledClient.FirstName), ("is_public", "false"),
                ("external_host", "127.0.0.1"), ("jpg_url", "/none.jpg"));
        }
    }

    private async Task UseUntilKilledAsync(EvercamProcess server, int acts)
    {
        using var dead = new CancellationTokenSource();
        var (done, reached) = (0, new TaskCompletionSource());
        var used = clients.Select(client => client.UseAsync(server, Acknowledged, dead.Token)).ToList();
        var lists = ListAsync(server, dead.Token);
        await Task.WhenAny(reached.Task, Task.WhenAll(used)).WaitAsync(Cancellation);
        await server.KillAsync();
        await dead.CancelAsync();
        await Task.WhenAll([.. used, lists]);

        void Acknowledged()
        {
            if (Interlocked.Increment(ref done) >= acts)
            {
                reached.TrySetResult();
            }
        }
    }

    /// <summary>What was listed once is acknowledged, too: recorded pictures.</summary>
    private async Task ListAsync(EvercamProcess server, CancellationToken dead)
    {
        for (var number = 0; !dead.IsCancellationRequested; number = (number + 1) % Recorded)
        {
            try
            {
                recorded.GetOrAdd($"gate{number}", _ => []).UnionWith(await server.CreatedAtAsync($"gate{number}"));
            }
            catch (Exception ended) when (ended is HttpRequestException or IOException)
            {
                return;
            }
        }
    }

    private async Task VerifyAsync(EvercamProcess server, string data)
    {
        server.SignIn();
        foreach (var client in clients)
        {
            await client.VerifyAsync(server);
        }

        foreach (var (camera, listed) in recorded)
        {
            Assert.Subset(await server.CreatedAtAsync(camera), listed);
        }

        await Gate.CheckAsync(data);
    }
}
