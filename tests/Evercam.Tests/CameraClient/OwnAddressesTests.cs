using System.Net;
using System.Net.NetworkInformation;
using Evercam.CameraClient;
using Evercam.CameraClient.Guard;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.CameraClient;

/// <summary>This machine at its addresses beside loopback, where the same sockets wait.</summary>
public sealed class OwnAddressesTests
{
    private static readonly IPAddress First = IPAddress.Parse("192.0.2.7");
    private static readonly IPAddress Second = IPAddress.Parse("2001:db8::7");

    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("::ffff:192.0.2.7")]
    [InlineData("64:ff9b::192.0.2.7")]
    [InlineData("2002:c000:207::1")]
    [InlineData("2001:db8::7")]
    [InlineData("2001:db8::7%3")]
    public void They_are_refused_like_loopback(string text)
    {
        var (address, own) = (IPAddress.Parse(text), new OwnAddresses(() => [First, Second], clock));
        Assert.Equal("addresses of this machine are refused", new TargetPolicy(new(), own).WhyRefused(address));
        Assert.Null(new TargetPolicy(new() { AllowLoopback = true }, own).WhyRefused(address));
        Assert.Null(new TargetPolicy(new() { AllowedRanges = ["192.0.2.0/24", "2001:db8::/32"] }, own).WhyRefused(address));
        Assert.NotNull(new TargetPolicy(new() { AllowLoopback = true, DeniedRanges = ["192.0.2.0/24", "2001:db8::/32"] }, own).WhyRefused(address));
        Assert.Null(new TargetPolicy(new(), new OwnAddresses(() => [], clock)).WhyRefused(address));
    }

    [Fact]
    public void One_that_is_link_local_stays_refused_whatever_loopback_is()
    {
        var own = new OwnAddresses(() => [IPAddress.Parse("fe80::7%2"), IPAddress.Parse("169.254.1.7")], clock);
        var policy = new TargetPolicy(new() { AllowLoopback = true }, own);
        Assert.NotNull(policy.WhyRefused(IPAddress.Parse("fe80::7")));
        Assert.NotNull(policy.WhyRefused(IPAddress.Parse("169.254.1.7")));
    }

    [Fact]
    public void They_are_looked_up_anew_each_minute_and_when_they_have_changed()
    {
        var (looks, now) = (0, First);
        var own = new OwnAddresses(
            () =>
            {
                looks++;
                return [now];
            },
            clock);
        Assert.True(own.Contains(First));
        now = Second;
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((true, false, 1), (own.Contains(First), own.Contains(Second), looks));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((false, true, 2), (own.Contains(First), own.Contains(Second), looks));
        now = First;
        own.Forget();
        Assert.Equal((true, 3), (own.Contains(First), looks));
    }

    [Fact]
    public void Those_that_were_known_count_while_the_system_does_not_tell()
    {
        var fails = false;
        var own = new OwnAddresses(() => fails ? throw new NetworkInformationException() : [First], clock);
        Assert.True(own.Contains(First));
        fails = true;
        own.Forget();
        Assert.True(own.Contains(First));
    }

    [Fact]
    public void Those_of_this_machine_are_all_that_its_interfaces_have()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses).ToList();
        Assert.All(addresses, one => Assert.True(OwnAddresses.OfThisMachine.Contains(one.Address)));
        Assert.False(OwnAddresses.OfThisMachine.Contains(First));
    }

    [Fact]
    public async Task Neither_a_camera_nor_a_webhook_goes_there_by_a_name()
    {
        var log = new LogLines<CameraFetcher>();
        var own = new OwnAddresses(() => [First], clock);
        using var fetcher = new CameraFetcher(new(), TimeProvider.System, log, (_, _) => Task.FromResult<IPAddress[]>([First]), own);
        var endpoint = CameraEndpoint.FromHost("gate.example.org", 80, "/")!;
        var failure = await Assert.ThrowsAsync<CameraException>(() => fetcher.FetchAsync(endpoint, Cancellation));
        Assert.Equal((CameraFault.Offline, "forbidden target: addresses of this machine are refused"), (failure.Fault, failure.Reason));
        Assert.False(await fetcher.AnswersAsync(endpoint, Cancellation));
        Assert.Contains("Host gate.example.org is a forbidden target: addresses of this machine are refused", log.Lines[0], StringComparison.Ordinal);

        using var poster = new GuardedPoster(
            new(), TimeSpan.FromMinutes(1), requireValidCertificates: false, TimeProvider.System, new LogLines<GuardedPoster>(), own);
        var outcome = await poster.PostAsync(new Uri("http://192.0.2.7:8080/"), "{}"u8.ToArray(), [], Cancellation);
        Assert.Equal("forbidden target: addresses of this machine are refused", outcome.Failure);
    }
}
