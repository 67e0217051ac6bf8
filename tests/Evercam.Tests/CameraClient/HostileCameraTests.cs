using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Evercam.CameraClient;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.CameraClient;

/// <summary>Cameras that lie or die: none of them gives a picture that is none, and none costs more memory than a picture may.</summary>
public sealed class HostileCameraTests : IDisposable
{
    private readonly CameraFetcher fetcher = new(
        Patient.Options(sizeLimitBytes: 1_000_000), TimeProvider.System, NullLogger<CameraFetcher>.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, bool> Answers => new()
    {
        { "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "status 500", true },
        { "HTTP/1.1 204 No Content\r\n\r\n", "the answer is empty", true },
        { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "the answer is empty", true },
        {
            "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/\r\nContent-Length: 0\r\n\r\n",
            "redirects are not followed (status 302)", true
        },
        { "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", "the content type is none of a picture", true },
        { "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}", "the content type is none of a picture", true },
        { "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n<html>", "the bytes are no JPEG, PNG or GIF picture", true },
        { "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", "larger than 1000000 bytes", true },
        { "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "the answer is empty", true },
        {
            "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nFFD8",
            "the connection was closed before the answer was complete", true
        },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "the answer is not HTTP", true },
        { "RTSP/1.0 200 OK\r\n\r\n", "the answer is not HTTP", false },
        { "SSH-2.0-OpenSSH_9.2\r\n", "the answer is not HTTP", false },
        { "HTTP/1.1 200 OK\r\nno header at all\r\n\r\n", "the answer is empty", true },
        { $"HTTP/1.1 200 OK\r\nX: {new string('x', 70_000)}\r\n\r\n", "the answer's headers are too large", false },
        { "", "the connection was closed before the answer was complete", false },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task No_picture_comes_of_this(string answer, string reason, bool isAnswer)
    {
        await using var camera = RawCamera.AnsweringOnce(RawCamera.Octets(answer));

        var failure = await FailAsync(camera.Endpoint());

        Assert.Equal((CameraFault.Offline, reason, isAnswer), (failure.Fault, failure.Reason, failure.Answered));
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
        var strict = Patient.Options(sizeLimitBytes: picture.Length);
        using var other = new CameraFetcher(strict, TimeProvider.System, NullLogger<CameraFetcher>.Instance);
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

    public void Dispose() => fetcher.Dispose();

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=camera", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private Task<CameraException> FailAsync(CameraEndpoint endpoint) =>
        Assert.ThrowsAsync<CameraException>(() => fetcher.FetchAsync(endpoint, Cancellation));

    private static async Task<CameraException> FailAsync(CameraEndpoint endpoint, CameraClientOptions options)
    {
        using var other = new CameraFetcher(options, TimeProvider.System, NullLogger<CameraFetcher>.Instance);
        return await Assert.ThrowsAsync<CameraException>(() => other.FetchAsync(endpoint, Cancellation));
    }
}
