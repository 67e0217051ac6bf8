using Evercam.FakeCameras;
using Evercam.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using static Evercam.Tests.People;

namespace Evercam.Tests.Cameras;

/// <summary><c>GET /cameras/test</c> makes the server work and wait for someone: so often at a time, and no more.</summary>
public sealed class CameraTrialLimitTests : IAsyncLifetime
{
    private readonly FakeCamera yard = new("yard");
    private FakeCameraHost host = null!;
    private EvercamApp app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        yard.Picture = yard.TakeJpeg(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
        host = await FakeCameraHost.StartAsync([yard], Cancellation);
        app = await EvercamApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["Evercam:Cameras:TrialsPerCaller"] = "1",
                ["Evercam:Cameras:Trials"] = "2",
                ["Evercam:Cameras:AnswerTimeout"] = "00:00:50",
                ["Evercam:Cameras:Deadline"] = "00:00:50",
            });
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task One_caller_and_all_together_try_so_many_at_a_time()
    {
        var (joe, ann, bob) = (await app.SignUpAsync(), await app.SignUpAsync(), await app.SignUpAsync());
        var hangUp = new TaskCompletionSource();
        await using var silent = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await Task.WhenAny(hangUp.Task, connection.WaitForHangUpAsync());
        });

        var his = TryAsync(joe, silent.Port);
        await Eventually.IsTrueAsync(() => silent.Requests.Count == 1);
        Assert.Equal(Refusal(429, "Too Many Requests"), await TryAsync(joe, host.Port));

        var hers = TryAsync(ann, silent.Port);
        await Eventually.IsTrueAsync(() => silent.Requests.Count == 2);
        Assert.Equal(Refusal(429, "Too Many Requests"), await TryAsync(bob, host.Port));

        hangUp.SetResult();
        Assert.Equal([Refusal(503, "Camera offline"), Refusal(503, "Camera offline")], await Task.WhenAll(his, hers));
        foreach (var person in new[] { joe, ann, bob, joe })
        {
            Assert.Equal(200, (await TryAsync(person, host.Port)).Status);
        }
    }

    private Task<(int Status, string Body)> TryAsync(Person caller, int port) => app.AskAsync(
        "GET",
        $"cameras/test?external_url=http://127.0.0.1:{port}&jpg_url=/yard/snapshot.jpg&cam_username=&cam_password=",
        caller);
}
