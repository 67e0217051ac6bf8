using System.Globalization;
using System.Text.Json.Nodes;
using Evercam.FakeCameras;
using Evercam.Server.Setup;
using Evercam.Tests.Servers;
using Evercam.Tests.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using static Evercam.Tests.People;

namespace Evercam.Tests.Setup;

/// <summary>Whether a server is alone on its machine, and what it does on loopback only then.</summary>
public sealed class ListeningTests
{
    private const string Proxy = "Evercam:Http:TrustedProxies:0=127.0.0.1";
    private const string Public = "Evercam:PublicUrl=https://cameras.example.org";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(true, "URLS=http://localhost:8080")]
    [InlineData(true, "URLS=http://127.0.0.1:8080;http://[::1]:8080;https://LOCALHOST:8443")]
    [InlineData(true, "URLS=http://localhost:8080", "HTTP_PORTS=8080")]
    [InlineData(true, "Kestrel:Endpoints:Web:Url=http://localhost:8080", "URLS=http://*:8080")]
    [InlineData(true, "Evercam:PublicUrl=http://localhost:8080")]
    [InlineData(true, "Evercam:PublicUrl=http://127.0.0.1:8080/")]
    [InlineData(true, "Evercam:PublicUrl=")]
    [InlineData(false, "URLS=http://*:8080")]
    [InlineData(false, "URLS=http://+:8080")]
    [InlineData(false, "URLS=http://0.0.0.0:8080")]
    [InlineData(false, "URLS=http://[::]:8080")]
    [InlineData(false, "URLS=http://localhost:8080;http://192.168.1.2:8080")]
    [InlineData(false, "URLS=http://cameras.example.org:8080")]
    [InlineData(false, "HTTP_PORTS=8080")]
    [InlineData(false, "HTTPS_PORTS=8443")]
    [InlineData(false, "Kestrel:Endpoints:Web:Url=http://*:8080", "URLS=http://localhost:8080")]
    [InlineData(false, Proxy)]
    [InlineData(false, "URLS=http://127.0.0.1:8080", Proxy)]
    [InlineData(false, "URLS=http://127.0.0.1:8080", Public)]
    public void It_is_alone_if_it_listens_on_loopback_behind_no_proxy_and_under_no_public_name(bool isAlone, params string[] settings) =>
        Assert.Equal(isAlone, Listening.IsLoopbackOnly(Configuration(settings)));

    [Theory]
    [InlineData("urls=http://localhost:8080;HTTPS://LOCALHOST:8443/")]
    [InlineData("urls=http://127.0.0.1:0;https://127.0.0.1:0;http://[::1]:0;http://[fe80::1%1]:8080;http://0.0.0.0")]
    [InlineData("urls=http://*:8080;http://+:8080;http://cameras.example.org:8080;http://4f3a:8080;http://unix:/run/evercam.sock")]
    [InlineData("http_ports=8080; 8081; ", "https_ports=8443", "Kestrel:Endpoints:W:Url=https://*:8443")]
    [InlineData("urls=")]
    public void An_address_that_can_be_listened_on_is_let_through(params string[] settings) =>
        Assert.Empty(ListenAddress.Complaints(Configuration(settings)));

    [Fact]
    public void A_name_stands_for_every_address_and_is_told() => Assert.Equal(
        ["http://locahost:8080", "http://4f3a:8080"],
        ListenAddress.Named(Configuration(
        [
            "urls=http://localhost:1;http://127.0.0.1:2;http://[::1]:3;http://*:4;http://+:5;http://unix:/run/evercam.sock;http://locahost:8080;http://4f3a:8080",
            "http_ports=8080",
        ])));

    [Theory]
    [InlineData("cannot be read", "urls=http://127.0.0.1:1870O")]
    [InlineData("cannot be read", "urls=http://localhost:1870o")]
    [InlineData("cannot be read", "urls=http://[::1]:1870o")]
    [InlineData("cannot be read", "urls=http://[::1]:0x50")]
    [InlineData("cannot be read", "urls=http://*:")]
    [InlineData("cannot be read", "urls=http://127.0.0.256:8080")]
    [InlineData("cannot be read", "urls=http://127.0.0.1O:8080")]
    [InlineData("cannot be read", "urls=http://12700000000001:8080")]
    [InlineData("cannot be read", "http_ports=abc")]
    [InlineData("cannot be read", "https_ports=8443;844E", "urls=http://localhost:8080")]
    [InlineData("cannot be read", "Kestrel:Endpoints:W:Url=http://127.0.0.1:1870O")]
    [InlineData("cannot be read", "urls=http://localhost:8081,127.0.0.1:8082")]
    [InlineData("no path", "urls=http://localhost:8080,http://127.0.0.1:8081")]
    [InlineData("no path", "urls=http://localhost:8711/evercam")]
    [InlineData("at most 65535", "urls=http://localhost:99999")]
    [InlineData("at most 65535", "http_ports=-1")]
    [InlineData("http or https", "urls=ftp://localhost:8080")]
    [InlineData("http or https", "urls=http://localhost:8080; http://localhost:8081")]
    [InlineData("must be named", "urls=http://localhost:0")]
    [InlineData("must be named", "Kestrel:Endpoints:W:Url=https://LocalHost:0")]
    [InlineData("no host", "urls=localhost:8080")]
    [InlineData("no host", "Kestrel:Endpoints:W:Url=http://:8080")]
    public void An_address_that_cannot_be_listened_on_is_told_with_its_setting(string why, params string[] settings)
    {
        var sentence = Assert.Single(ListenAddress.Complaints(Configuration(settings)));
        Assert.StartsWith($"{settings[0].Split('=')[0]}: '", sentence, StringComparison.Ordinal);
        Assert.EndsWith($"{why}.", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1:8081", "URLS=http://127.0.0.1:8081")]
    [InlineData(null, "HTTP_PORTS=8081")]
    [InlineData(null, "Kestrel:Endpoints:Web:Url=http://localhost:8081")]
    public void It_listens_on_port_8080_of_this_machine_where_it_is_told_nothing_else(string? address, params string[] settings)
    {
        // Empty: what the environment of the tests says is none of theirs.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]));
        builder.AddDefaultAddress();
        Assert.Equal(address, builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Proxy)]
    [InlineData(Public)]
    public async Task Cameras_and_webhooks_on_loopback_are_for_a_server_that_is_alone(string? setting)
    {
        var yard = new FakeCamera("yard");
        yard.Picture = yard.TakeJpeg(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
        await using var host = await FakeCameraHost.StartAsync([yard], Cancellation);
        await using var receiver = await Receiver.StartAsync();
        await using var app = await StartAsync(setting);
        var joe = await app.SignUpAsync();
        var tried = await app.AskAsync(
            "GET", $"cameras/test?external_url=http://127.0.0.1:{host.Port}&jpg_url=/yard/snapshot.jpg&cam_username=&cam_password=", joe);
        var webhook = (await app.AskAsync("POST", "webhooks", joe, ("url", receiver.Url()))).One();
        var path = string.Create(CultureInfo.InvariantCulture, $"webhooks/{webhook["id"]}");
        Assert.Equal(201, (await app.AskAsync("POST", $"{path}/test", joe)).Status);
        if (setting is null)
        {
            Assert.Equal(200, tried.Status);
            await Eventually.IsTrueAsync(() => !receiver.Got.IsEmpty);
            return;
        }

        Assert.Equal(Refusal(503, "Camera offline"), tried);
        string? failure = null;
        await Eventually.IsTrueAsync(async () =>
        {
            var (_, log) = await app.AskAsync("GET", $"{path}/deliveries", joe);
            failure = (string?)JsonNode.Parse(log)!["deliveries"]!.AsArray().Single()!["failure"];
            return failure is not null;
        });
        Assert.Equal("forbidden target: loopback addresses are refused", failure);
        Assert.Empty(receiver.Got);
    }

    [Theory]
    [InlineData(Proxy)]
    [InlineData(Public)]
    public async Task A_server_that_is_not_alone_shows_no_demonstration(string setting)
    {
        using var data = new TempFolder();
        var pair = setting.Replace(":", "__", StringComparison.Ordinal).Replace("https__", "https:", StringComparison.Ordinal).Split('=', 2);
        using var server = await EvercamProcess.StartAsync(
            data.Path, Cancellation, new Dictionary<string, string> { [pair[0]] = pair[1] }, withDemo: true);
        await Eventually.IsTrueAsync(() => File.Exists(data["demo-declined"]));
        Assert.False(File.Exists(data["demo-password"]));
    }

    [Theory]
    [InlineData(true, null, null)]
    [InlineData(false, "Evercam__Cameras__AllowLoopback", "true")]
    [InlineData(false, "Evercam__Cameras__AllowLoopback", "false")]
    [InlineData(false, "Evercam__PublicUrl", "https://cameras.example.org")]
    public async Task The_start_tells_when_this_machine_may_be_asked_though_no_setting_says_so(bool isTold, string? setting, string? value)
    {
        using var data = new TempFolder();
        var environment = new Dictionary<string, string>();
        if (setting is not null)
        {
            environment[setting] = value!;
        }

        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation, environment);
        Assert.Equal(isTold, server.Log.Any(line => line.Contains("set Evercam:Cameras:AllowLoopback=false", StringComparison.Ordinal)));
    }

    private static IConfiguration Configuration(string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1])).Build();

    private static Task<EvercamApp> StartAsync(string? setting)
    {
        var settings = new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" };
        if (setting?.Split('=', 2) is [var name, var value])
        {
            settings[name] = value;
        }

        return EvercamApp.StartAsync(settings);
    }
}
