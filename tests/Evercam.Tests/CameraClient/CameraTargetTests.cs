using System.Net;
using System.Net.Sockets;
using Evercam.CameraClient;
using Evercam.CameraClient.Guard;
using Evercam.Tests.Servers;

namespace Evercam.Tests.CameraClient;

/// <summary>Where the fetcher goes, where it does not, and what it says then.</summary>
public sealed class CameraTargetTests : IDisposable
{
    private readonly LogLines<CameraFetcher> log = new();
    private readonly CameraFetcher fetcher;

    public CameraTargetTests() => fetcher = new CameraFetcher(Patient.Options(), TimeProvider.System, log);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
        // Taken, so that nobody else takes it, but nobody listens.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var endpoint = CameraEndpoint.FromHost("127.0.0.1", ((IPEndPoint)taken.LocalEndPoint!).Port, "/")!;

        Assert.Equal("connection refused", (await FailAsync(endpoint)).Reason);
        Assert.False(await fetcher.AnswersAsync(endpoint, Cancellation));
    }

    [Fact]
    public async Task A_name_that_is_none_means_offline()
    {
        var endpoint = CameraEndpoint.FromHost("no-such-camera.invalid", 80, "/")!;

        // A machine whose resolver is out of reach needs longer to say so.
        Assert.Contains(
            (await FailAsync(endpoint)).Reason, new[] { "the host name is not known", "no connection within 5 s" });
    }

    [Fact]
    public void Of_a_names_addresses_only_those_are_tried_that_may_be_asked()
    {
        var connector = new GuardedConnector(
            new TargetPolicy(new(), new OwnAddresses(() => [], TimeProvider.System)), new(), TimeProvider.System, log);
        IPAddress[] addresses =
            [IPAddress.Parse("169.254.169.254"), IPAddress.Parse("::ffff:192.168.1.5"), IPAddress.Loopback, IPAddress.Parse("fd00::5")];

        var permitted = connector.Permit("camera.example.org", 80, addresses);

        Assert.Equal([IPAddress.Parse("192.168.1.5"), IPAddress.Parse("fd00::5")], permitted);
        Assert.Empty(log.Lines);
        Assert.Throws<CameraException>(() => connector.Permit("camera.example.org", 80, [addresses[0], addresses[2]]));
        Assert.Equal(
            "Warning: Host camera.example.org is a forbidden target: link-local and metadata addresses are refused",
            Assert.Single(log.Lines));
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

    public void Dispose() => fetcher.Dispose();

    private Task<CameraException> FailAsync(CameraEndpoint endpoint) =>
        Assert.ThrowsAsync<CameraException>(() => fetcher.FetchAsync(endpoint, Cancellation));

    private async Task<CameraException> FailAsync(CameraEndpoint endpoint, CameraClientOptions options)
    {
        using var other = new CameraFetcher(options, TimeProvider.System, log);
        return await Assert.ThrowsAsync<CameraException>(() => other.FetchAsync(endpoint, Cancellation));
    }
}
