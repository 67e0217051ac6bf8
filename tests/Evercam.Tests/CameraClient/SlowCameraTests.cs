using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Evercam.CameraClient;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.CameraClient;

/// <summary>Cameras that take their time: each costs a bounded one. The clock is the test's, so nobody waits.</summary>
public sealed class SlowCameraTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly CameraFetcher fetcher;

    public SlowCameraTests() =>
        fetcher = new CameraFetcher(new() { AllowLoopback = true }, time, NullLogger<CameraFetcher>.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_camera_that_never_answers_is_given_up_after_the_time_to_answer()
    {
        var asked = new TaskCompletionSource();
        await using var camera = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            asked.SetResult();
            await connection.WaitForHangUpAsync();
        });
        var fetching = FailAsync(camera.Endpoint());
        await asked.Task;

        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(fetching.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(("no answer within 5 s", false), ((await fetching).Reason, (await fetching).Answered));
    }

    [Fact]
    public async Task A_camera_that_never_shakes_hands_is_given_up_after_the_time_to_answer()
    {
        var greeted = new TaskCompletionSource();
        await using var camera = RawCamera.Start(async connection =>
        {
            await connection.ReadAsync();
            greeted.SetResult();
            await connection.WaitForHangUpAsync();
        });
        var fetching = FailAsync(CameraEndpoint.FromUrl($"https://127.0.0.1:{camera.Port}", "/")!);
        await greeted.Task;

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("no answer within 5 s", (await fetching).Reason);
    }

    [Fact]
    public async Task A_camera_that_drips_its_headers_is_given_up_after_the_time_to_answer()
    {
        var dripped = new TaskCompletionSource();
        await using var camera = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nX: ");
            dripped.SetResult();
            await connection.WaitForHangUpAsync();
        });
        var fetching = FailAsync(camera.Endpoint());
        await dripped.Task;

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("no answer within 5 s", (await fetching).Reason);
    }

    [Fact]
    public async Task A_kept_connection_gets_no_more_time_to_answer_than_a_new_one()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        var asked = new TaskCompletionSource();
        await using var camera = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(RawCamera.Answer("200 OK", picture));
            await connection.ReadRequestAsync();
            asked.SetResult();
            await connection.WaitForHangUpAsync();
        });
        using (await fetcher.FetchAsync(camera.Endpoint(), Cancellation))
        {
            time.Advance(TimeSpan.FromSeconds(60));
        }

        var fetching = FailAsync(camera.Endpoint());
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("no answer within 5 s", (await fetching).Reason);
    }

    [Fact]
    public async Task A_camera_that_drips_is_cut_off_by_the_deadline()
    {
        using var dripped = new SemaphoreSlim(0);
        using var drip = new SemaphoreSlim(0);
        await using var camera = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 9000000\r\n\r\n");
            // More than sockets hold back: once it is sent, the fetcher has seen the head of the answer.
            await connection.SendAsync(new byte[8_000_000]);
            var hungUp = connection.WaitForHangUpAsync();
            dripped.Release();
            while (await Task.WhenAny(drip.WaitAsync(Cancellation), hungUp) != hungUp)
            {
                await connection.SendAsync([0xFF]);
                dripped.Release();
            }
        });
        // The time to answer is beyond the deadline, so that only the deadline can end this.
        var patient = new CameraClientOptions { AllowLoopback = true, AnswerTimeout = TimeSpan.FromSeconds(60) };
        var fetching = FailAsync(camera.Endpoint(), patient);

        for (var second = 0; second < 10; second++)
        {
            await dripped.WaitAsync(Cancellation);
            Assert.False(fetching.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(1));
            drip.Release();
        }

        // The fake clock may have moved between the fetcher's look at it and its setting the alarm.
        while (await Task.WhenAny(fetching, dripped.WaitAsync(Cancellation)) != fetching)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            drip.Release();
        }

        Assert.Equal(("no whole picture within 10 s", true), ((await fetching).Reason, (await fetching).Answered));
    }

    [Fact]
    public async Task The_deadline_covers_the_second_request_of_a_challenge()
    {
        using var asked = new SemaphoreSlim(0);
        using var answer = new SemaphoreSlim(0);
        await using var camera = RawCamera.Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is not null)
            {
                asked.Release();
                await answer.WaitAsync(Cancellation);
                await connection.SendAsync(RawCamera.Answer(
                    "401 Unauthorized", [], "WWW-Authenticate: Digest realm=r, nonce=n, stale=true"));
            }
        });
        var fetching = FailAsync(camera.Endpoint(credential: new("admin", "s3cret")));

        for (var request = 0; request < 3; request++)
        {
            await asked.WaitAsync(Cancellation);
            time.Advance(TimeSpan.FromSeconds(4));
            answer.Release();
        }

        Assert.Equal(
            (CameraFault.Offline, "no whole picture within 10 s"), ((await fetching).Fault, (await fetching).Reason));
    }

    [Fact]
    public async Task A_camera_that_does_not_accept_connections_is_given_up_after_the_time_to_connect()
    {
        // A listener whose queue is full lets further connections wait.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, Cancellation);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var fetching = FailAsync(CameraEndpoint.FromHost("127.0.0.1", port, "/")!);
        while (!IsKnocking(port))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
        }

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("no connection within 5 s", (await fetching).Reason);
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_no_fault_of_the_camera()
    {
        using var impatient = new CancellationTokenSource();
        await using var camera = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await impatient.CancelAsync();
            await connection.WaitForHangUpAsync();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetcher.FetchAsync(camera.Endpoint(), impatient.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetcher.AnswersAsync(camera.Endpoint(), impatient.Token));
    }

    public void Dispose() => fetcher.Dispose();

    private static bool IsKnocking(int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Any(connection => connection.RemoteEndPoint.Port == port && connection.State == TcpState.SynSent);

    private Task<CameraException> FailAsync(CameraEndpoint endpoint) =>
        Assert.ThrowsAsync<CameraException>(() => fetcher.FetchAsync(endpoint, Cancellation));

    private async Task<CameraException> FailAsync(CameraEndpoint endpoint, CameraClientOptions options)
    {
        using var other = new CameraFetcher(options, time, NullLogger<CameraFetcher>.Instance);
        return await Assert.ThrowsAsync<CameraException>(() => other.FetchAsync(endpoint, Cancellation));
    }
}
