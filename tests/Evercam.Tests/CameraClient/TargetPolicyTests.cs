using System.ComponentModel.DataAnnotations;
using System.Net;
using CsCheck;
using Evercam.CameraClient;
using Evercam.CameraClient.Guard;

namespace Evercam.Tests.CameraClient;

public class TargetPolicyTests
{
    [Theory]
    [InlineData("169.254.0.1", "link-local and metadata")]
    [InlineData("169.254.169.254", "link-local and metadata")]
    [InlineData("::ffff:169.254.169.254", "link-local and metadata")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("febf:ffff::1", "link-local")]
    [InlineData("fd00:ec2::254", "metadata")]
    [InlineData("fd00:ec2::23", "metadata")]
    [InlineData("fd20:ce::254", "metadata")]
    [InlineData("fd00:c1::a9fe:a9fe", "metadata")]
    [InlineData("fd00:42::42", "metadata")]
    [InlineData("100.100.100.200", "metadata")]
    [InlineData("168.63.129.16", "metadata")]
    [InlineData("192.0.0.192", "metadata")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("0.1.2.3", "unspecified")]
    [InlineData("::", "unspecified")]
    [InlineData("::ffff:0.0.0.0", "unspecified")]
    [InlineData("255.255.255.255", "broadcast")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("239.255.255.250", "multicast")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("127.255.255.254", "loopback")]
    [InlineData("::1", "loopback")]
    [InlineData("::ffff:127.0.0.1", "loopback")]
    [InlineData("64:ff9b::169.254.169.254", "link-local and metadata")]
    [InlineData("64:ff9b::7f00:1", "loopback")]
    [InlineData("64:ff9b:1::a9fe:a9fe", "link-local and metadata")]
    [InlineData("64:ff9b:1:2:3:4:a9fe:a9fe", "link-local and metadata")]
    [InlineData("64:ff9b:1:a9fe:a9:fe00::", "link-local and metadata")]
    [InlineData("64:ff9b:1:a9fe:a9:fe00::1", "link-local and metadata")]
    [InlineData("64:ff9b:1:a9:fe:a9fe::", "link-local and metadata")]
    [InlineData("64:ff9b:1:0:a9:fea9:fe00:0", "link-local and metadata")]
    [InlineData("64:ff9b:1:7f00:0:100::", "loopback")]
    [InlineData("64:ff9b:1:0:7f:0:100:0", "loopback")]
    [InlineData("64:ff9b:1::", "unspecified")]
    [InlineData("2002:a9fe:a9fe::1", "link-local and metadata")]
    [InlineData("2002:7f00:1::", "loopback")]
    [InlineData("2001:0:1:2:3:4:5601:5601", "link-local and metadata")]
    [InlineData("::ffff:0:a9fe:a9fe", "link-local and metadata")]
    [InlineData("::169.254.169.254", "link-local and metadata")]
    [InlineData("::127.0.0.1", "loopback")]
    [InlineData("2001:db8::5efe:a9fe:a9fe", "link-local and metadata")]
    [InlineData("2001:db8::200:5efe:7f00:1", "loopback")]
    public void Refuses_by_a_rule(string address, string rule) =>
        Assert.StartsWith(rule, new TargetPolicy(new()).WhyRefused(IPAddress.Parse(address)), StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.101")]
    [InlineData("100.64.0.1")]
    [InlineData("89.101.225.158")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("1.0.0.0")]
    [InlineData("fd00::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2001:db8::5efe:c0a8:165")]
    [InlineData("64:ff9b::c0a8:165")]
    [InlineData("64:ff9b:1::c0a8:165")]
    [InlineData("64:ff9b:1:c0a8:1:6500::")]
    [InlineData("64:ff9b:1:c0:a8:165::")]
    [InlineData("64:ff9b:1:0:c0:a801:6500:0")]
    [InlineData("2002:c0a8:165::1")]
    [InlineData("::ffff:192.168.1.101")]
    public void Lets_cameras_pass(string address) =>
        Assert.Null(new TargetPolicy(new(), new OwnAddresses(() => [], TimeProvider.System)).WhyRefused(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0xa9.0xfe.0xa9.0xfe/")]
    [InlineData("http://0251.0376.0251.0376/")]
    [InlineData("http://[0:0:0:0:0:ffff:a9fe:a9fe]/")]
    [InlineData("http://0/")]
    public void Refuses_every_notation(string server)
    {
        var endpoint = CameraEndpoint.FromUrl(server, "/")!;

        Assert.NotNull(new TargetPolicy(new()).WhyRefused(IPAddress.Parse(endpoint.Url.IdnHost)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Lets_loopback_pass_when_told(string address) =>
        Assert.Null(new TargetPolicy(new() { AllowLoopback = true }).WhyRefused(IPAddress.Parse(address)));

    [Fact]
    public void An_allowed_range_opens_what_a_rule_refuses_and_nothing_else()
    {
        var policy = new TargetPolicy(new() { AllowedRanges = ["169.254.7.0/24", "::1"] });

        Assert.Null(policy.WhyRefused(IPAddress.Parse("169.254.7.1")));
        Assert.Null(policy.WhyRefused(IPAddress.Parse("::ffff:169.254.7.1")));
        Assert.Null(policy.WhyRefused(IPAddress.IPv6Loopback));
        Assert.NotNull(policy.WhyRefused(IPAddress.Parse("169.254.8.1")));
        Assert.NotNull(policy.WhyRefused(IPAddress.Loopback));
    }

    [Fact]
    public void What_the_program_serves_itself_opens_its_port_and_nothing_else_and_only_as_long_as_it_does()
    {
        var own = new IPEndPoint(IPAddress.Loopback, 8105);
        var policy = new TargetPolicy(new()) { Own = own };
        Assert.Null(policy.WhyRefused(own.Address, own.Port));
        Assert.NotNull(policy.WhyRefused(own.Address, 8106));
        Assert.NotNull(policy.WhyRefused(IPAddress.Parse("127.0.0.2"), own.Port));
        Assert.NotNull(policy.WhyRefused(IPAddress.IPv6Loopback, own.Port));
        Assert.NotNull(policy.WhyRefused(IPAddress.Parse("169.254.169.254"), own.Port));
        Assert.NotNull(policy.WhyRefused(own.Address));
        Assert.NotNull(new TargetPolicy(new() { DeniedRanges = ["127.0.0.1"] }) { Own = own }.WhyRefused(own.Address, own.Port));
        policy.Own = null;
        Assert.NotNull(policy.WhyRefused(own.Address, own.Port));
    }

    [Fact]
    public void A_denied_range_beats_everything()
    {
        var policy = new TargetPolicy(new()
        {
            AllowLoopback = true,
            AllowedRanges = ["0.0.0.0/0", "::/0"],
            DeniedRanges = ["10.1.0.0/16", "127.0.0.1", "2001:db8::/32"],
        });

        Assert.Null(policy.WhyRefused(IPAddress.Parse("10.2.0.1")));
        Assert.NotNull(policy.WhyRefused(IPAddress.Parse("10.1.0.1")));
        Assert.NotNull(policy.WhyRefused(IPAddress.Parse("::ffff:10.1.0.1")));
        Assert.NotNull(policy.WhyRefused(IPAddress.Parse("64:ff9b::10.1.0.1")));
        Assert.NotNull(policy.WhyRefused(IPAddress.Parse("64:ff9b:1:a01:0:100::")));
        Assert.NotNull(policy.WhyRefused(IPAddress.Loopback));
        Assert.NotNull(policy.WhyRefused(IPAddress.Parse("2001:db8:1::1")));
    }

    [Fact]
    public void An_ipv4_address_in_any_ipv6_dress_is_refused_like_itself() =>
        Gen.Byte.Array[4].Sample(octets =>
        {
            var policy = new TargetPolicy(new());
            var plain = policy.WhyRefused(new IPAddress(octets));
            var text = new IPAddress(octets).ToString();

            Assert.Equal(plain, policy.WhyRefused(IPAddress.Parse($"::ffff:{text}")));
            Assert.Equal(plain, policy.WhyRefused(IPAddress.Parse($"64:ff9b::{text}")));
        });

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.0.0.1", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("::1", true)]
    [InlineData("10.0.0.1/8", false)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("10", false)]
    [InlineData("10.0/16", false)]
    [InlineData("::ffff:10.0.0.0/104", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("camera.example.org", false)]
    [InlineData("", false)]
    public void A_range_that_is_none_is_no_setting(string range, bool isValid)
    {
        var options = new CameraClientOptions { DeniedRanges = [range] };

        Assert.Equal(isValid, Validator.TryValidateObject(options, new(options), null, validateAllProperties: true));
        Assert.Equal(isValid, Record.Exception(() => new TargetPolicy(options)) is null);
    }

    [Fact]
    public void The_settings_are_valid_as_they_come()
    {
        var options = new CameraClientOptions();

        Validator.ValidateObject(options, new(options), validateAllProperties: true);
        Assert.ThrowsAny<ValidationException>(() => Validate(new() { Deadline = TimeSpan.Zero }));
        Assert.ThrowsAny<ValidationException>(() => Validate(new() { SizeLimitBytes = 0 }));
    }

    private static void Validate(CameraClientOptions options) =>
        Validator.ValidateObject(options, new(options), validateAllProperties: true);
}
