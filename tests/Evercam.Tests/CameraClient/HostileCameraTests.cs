using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Evercam.CameraClient;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.CameraClient;

/// <summary>Cameras that are slow, lie, or die: each costs a bounded time and a bounded memory, and never gives a picture that is none.</summary>
public sealed class HostileCameraTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly LogLines<CameraFetcher> log = new();
    private readonly CameraFetcher fetcher;

    public HostileCameraTests() =>
        fetcher = new CameraFetcher(new() { AllowLoopback = true, SizeLimitBytes = 1_000_000 }, time, log);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Answers => new()
    {
        { "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "status 500" },
        { "HTTP/1.1 204 No Content\r\n\r\n", "the answer is empty" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "the answer is empty" },
        {
            "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/\r\nContent-Length: 0\r\n\r\n",
            "redirects are not followed (status 302)"
        },
        { "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", "the content type is none of a picture" },
        { "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}", "the content type is none of a picture" },
        { "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n<html>", "the bytes are no JPEG, PNG or GIF picture" },
        { "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 1073741824\r\n\r\n", "larger than 1000000 bytes" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "the answer is empty" },
        {
            "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nFFD8",
            "the connection was closed before the answer was complete"
        },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "the answer is not HTTP" },
        { "RTSP/1.0 200 OK\r\n\r\n", "the answer is not HTTP" },
        { "SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP" },
        { "HTTP/1.1 200 OK\r\nno header at all\r\n\r\n", "the answer is not HTTP" },
        { $"HTTP/1.1 200 OK\r\nX: {new string('x', 70_000)}\r\n\r\n", "the answer's headers are too large" },
        { "", "the connection was closed before the answer was complete" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task No_picture_comes_of_this(string answer, string reason)
    {
        await using var camera = RawCamera.AnsweringOnce(RawCamera.Octets(answer));

        var failure = await FailAsync(camera.Endpoint());

        Assert.Equal((CameraFault.Offline, reason), (failure.Fault, failure.Reason));
    }

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
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\n");
            while (true)
            {
                dripped.Release();
                await drip.WaitAsync(Cancellation);
                await connection.SendAsync([0xFF]);
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

        Assert.Equal("no whole picture within 10 s", (await fetching).Reason);
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

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n")]
    public async Task A_body_without_end_is_read_to_the_limit_and_no_further(string head)
    {
        await using var camera = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync(head);
            while (true)
            {
                await connection.SendAsync(new byte[64 * 1024]);
            }
        });

        Assert.Contains(
            (await FailAsync(camera.Endpoint())).Reason,
            new[] { "larger than 1000000 bytes", "the bytes are no JPEG, PNG or GIF picture" });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3000)]
    public async Task A_picture_that_lacks_its_end_is_none(int missing)
    {
        var picture = await Photographs.ReadAsync("hd.jpg");
        await using var camera = RawCamera.Answering(_ => RawCamera.Answer("200 OK", picture[..^missing], "Content-Type: image/jpeg"));

        Assert.Equal("truncated JPEG", (await FailAsync(camera.Endpoint())).Reason);
    }

    [Fact]
    public async Task A_picture_of_exactly_the_limit_passes_and_one_byte_more_does_not()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        var strict = new CameraClientOptions { AllowLoopback = true, SizeLimitBytes = picture.Length };
        using var other = new CameraFetcher(strict, time, log);
        await using var announcing = RawCamera.Answering(head =>
            RawCamera.Answer("200 OK", head.Contains("more", StringComparison.Ordinal) ? [.. picture, 0] : picture));
        await using var silent = RawCamera.Start(async connection =>
        {
            var head = await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.0 200 OK\r\n\r\n");
            await connection.SendAsync(head!.Contains("more", StringComparison.Ordinal) ? [.. picture, 0] : picture);
        });

        foreach (var camera in new[] { announcing, silent })
        {
            using var fetched = await other.FetchAsync(camera.Endpoint("/fits"), Cancellation);
            Assert.Equal(picture, fetched.Bytes.ToArray());
            Assert.StartsWith("larger than", (await FailAsync(camera.Endpoint("/more"), strict)).Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("169.254.169.254", "link-local and metadata addresses are refused")]
    [InlineData("[::ffff:169.254.169.254]", "link-local and metadata addresses are refused")]
    [InlineData("0.0.0.0", "unspecified addresses are refused")]
    [InlineData("255.255.255.255", "broadcast addresses are refused")]
    [InlineData("224.0.0.1", "multicast addresses are refused")]
    public async Task A_forbidden_target_is_offline_and_logged_with_its_rule(string host, string rule)
    {
        var endpoint = CameraEndpoint.FromHost(host, 80, "/?password=s3cret", new("admin", "s3cret"))!;

        var failure = await FailAsync(endpoint);

        Assert.Equal((CameraFault.Offline, $"forbidden target: {rule}"), (failure.Fault, failure.Reason));
        var line = Assert.Single(log.Lines);
        Assert.StartsWith("Warning: ", line, StringComparison.Ordinal);
        Assert.EndsWith(rule, line, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", line, StringComparison.Ordinal);
        Assert.False(await fetcher.AnswersAsync(endpoint, Cancellation));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Loopback_is_forbidden_unless_allowed_whatever_it_is_called(string host)
    {
        await using var camera = RawCamera.Answering(_ => RawCamera.Answer("200 OK", []));
        var strict = new CameraClientOptions();

        var failure = await FailAsync(CameraEndpoint.FromHost(host, camera.Port, "/")!, strict);

        Assert.Equal("forbidden target: loopback addresses are refused", failure.Reason);
        Assert.Equal(0, camera.Connections);
    }

    [Fact]
    public async Task Nobody_there_means_offline()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var endpoint = CameraEndpoint.FromHost("127.0.0.1", port, "/")!;

        Assert.Equal("connection refused", (await FailAsync(endpoint)).Reason);
        Assert.False(await fetcher.AnswersAsync(endpoint, Cancellation));
    }

    [Fact]
    public async Task A_name_that_is_none_means_offline()
    {
        var endpoint = CameraEndpoint.FromHost("no-such-camera.invalid", 80, "/")!;

        Assert.Equal("the host name is not known", (await FailAsync(endpoint)).Reason);
    }

    [Fact]
    public async Task A_name_with_several_addresses_is_tried_at_each()
    {
        // "localhost" may name ::1 too, where nobody listens.
        var picture = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.Answering(_ => RawCamera.Answer("200 OK", picture));

        using var fetched = await fetcher.FetchAsync(
            CameraEndpoint.FromHost("localhost", camera.Port, "/")!, Cancellation);

        Assert.Equal(picture, fetched.Bytes.ToArray());
    }

    [Fact]
    public async Task A_camera_of_its_own_certificate_is_trusted_unless_forbidden()
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        using var certificate = SelfSigned();
        await using var camera = RawCamera.Answering(_ => RawCamera.Answer("200 OK", picture), certificate);
        var strict = new CameraClientOptions { AllowLoopback = true, RequireValidCertificates = true };

        using var fetched = await fetcher.FetchAsync(camera.Endpoint(), Cancellation);

        Assert.Equal(picture, fetched.Bytes.ToArray());
        Assert.Equal("no TLS connection", (await FailAsync(camera.Endpoint(), strict)).Reason);
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

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=camera", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private Task<CameraException> FailAsync(CameraEndpoint endpoint) =>
        Assert.ThrowsAsync<CameraException>(() => fetcher.FetchAsync(endpoint, Cancellation));

    private async Task<CameraException> FailAsync(CameraEndpoint endpoint, CameraClientOptions options)
    {
        using var other = new CameraFetcher(options, time, log);
        return await Assert.ThrowsAsync<CameraException>(() => other.FetchAsync(endpoint, Cancellation));
    }
}
