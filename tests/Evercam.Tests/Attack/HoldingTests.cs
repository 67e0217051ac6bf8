using System.Text;
using Evercam.Api;
using Evercam.Server.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Attack;

/// <summary>Those who come and stay, saying little or nothing.</summary>
public sealed class HoldingTests
{
    private const string Served = "HTTP/1.1 200 OK";
    private const string Timeout = """{"message":"Request Timeout"}""";

    /// <summary>Nobody is hung up on for saying nothing, however long a slow machine needs to open all the connections.</summary>
    private static readonly KeyValuePair<string, string?>[] Unhurried =
        [new("Evercam:Connections:HeadTimeout", "00:10:00"), new("Evercam:Connections:IdleTimeout", "01:00:00")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "")]
    [InlineData("GET /v1/te", "HTTP/1.1 408 ")]
    [InlineData("GET /v1/test HTTP/1.1\r\nHost: x\r\nX-Slow: ", "HTTP/1.1 408 ")]
    [InlineData("POST /v1/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{", "HTTP/1.1 408 ", Timeout)]
    [InlineData("POST /v1/users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", "HTTP/1.1 408 ", Timeout)]
    [InlineData("POST /v1/users HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n--b\r\n", "HTTP/1.1 408 ", Timeout)]
    [InlineData("POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na", "HTTP/1.1 408 ", Timeout)]
    public async Task Who_is_too_slow_is_hung_up_on_and_holds_up_nobody(string said, string answer, string body = "")
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>
        {
            ["Evercam:Connections:HeadTimeout"] = "00:00:01",
            ["Evercam:Connections:IdleTimeout"] = "00:00:01",
            ["Evercam:Connections:Grace"] = "00:00:02",
            ["Evercam:Connections:SlowestBytesPerSecond"] = "1000",
        });
        using var slow = new Holding();
        var sockets = new List<System.Net.Sockets.Socket>();
        for (var i = 0; i < 200; i++)
        {
            sockets.Add(await slow.OpenAsync(app.Address, said));
        }

        Assert.Contains("source_ip", await app.Client.GetStringAsync("test", Cancellation), StringComparison.Ordinal);
        Assert.All(await Task.WhenAll(sockets.Select(Holding.ReadToEndAsync)), heard =>
        {
            Assert.StartsWith(answer, heard, StringComparison.Ordinal);
            Assert.EndsWith(body, heard, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Who_asks_and_takes_no_answer_is_hung_up_on()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>
        {
            ["Evercam:Connections:Grace"] = "00:00:02",
            ["Evercam:Connections:SlowestBytesPerSecond"] = "1000000",
        });
        using var deaf = new Holding();
        const string Asked = "GET /openapi/v1.json HTTP/1.1\r\nHost: x\r\n\r\n";
        await deaf.OpenAsync(app.Address, string.Concat(Enumerable.Repeat(Asked, 200)));
        var sources = app.Services.GetRequiredService<SourceConnections>();
        await Eventually.IsTrueAsync(() => sources.Sources == 1);
        await Eventually.IsTrueAsync(() => sources.Sources == 0);
    }

    [Fact]
    public async Task Who_takes_an_answer_slowly_does_not_hold_up_the_stop()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Connections:SlowestBytesPerSecond"] = "0" },
            clock,
            adjust: builder => builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromHours(1)));
        var joe = await app.SignUpAsync();
        var camera = await app.AddCameraAsync(joe);

        // More than all that lies between the server and whoever takes nothing.
        using var picture = new MemoryStream([0xFF, 0xD8, 0xFF, 0xE0, .. new byte[10_000_000], 0xFF, 0xD9]);
        using var http = new HttpClient { BaseAddress = app.Address };
        var api = new EvercamClient(http, Credential.Basic(joe.Name, joe.Password));
        await api.Snapshots.UploadAsync(camera, 1_397_646_000, picture, cancellation: Cancellation);
        using var deaf = new Holding();
        var password = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{joe.Name}:{joe.Password}"));
        var socket = await deaf.OpenAsync(
            app.Address, $"GET /v1/cameras/{camera}/snapshots/1397646000.jpg HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {password}\r\n\r\n", receives: 4_096);
        Assert.Equal("HTTP/1.1 200", await Holding.ReadAsync(socket, length: 12));
        var stop = app.StopAsync();
        await Eventually.IsTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return stop.IsCompleted;
        });
        await stop;
    }

    [Fact]
    public async Task One_source_holds_no_more_than_its_share()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>(Unhurried)
        {
            ["Evercam:Connections:PerSource"] = "20",
            ["Evercam:Http:TrustedProxies:0"] = "127.0.0.3",
        });
        using var greedy = new Holding();
        using var others = new Holding();
        var first = await greedy.OpenAsync(app.Address);
        for (var i = 1; i < 20; i++)
        {
            await greedy.OpenAsync(app.Address);
        }

        await IsRefusedAsync(greedy, app.Address, "127.0.0.1");
        Assert.StartsWith(Served, await others.AskAsync(app.Address, "127.0.0.2"), StringComparison.Ordinal);

        // Those who come through a proxy share its address, and it is trusted to know what it does.
        for (var i = 0; i < 25; i++)
        {
            await others.OpenAsync(app.Address, source: "127.0.0.3");
        }

        Assert.StartsWith(Served, await others.AskAsync(app.Address, "127.0.0.3"), StringComparison.Ordinal);

        // What is let go is free again, and of whom nothing is left is forgotten.
        first.Dispose();
        await Eventually.IsTrueAsync(async () => (await others.AskAsync(app.Address, "127.0.0.1")).StartsWith(Served, StringComparison.Ordinal));
        greedy.Dispose();
        await Eventually.IsTrueAsync(() => app.Services.GetRequiredService<SourceConnections>().Sources == 0);
    }

    [Fact]
    public async Task All_together_hold_no_more_than_there_are()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>(Unhurried) { ["Evercam:Connections:Most"] = "10" });
        using var all = new Holding();
        using var late = new Holding();
        for (var i = 0; i < 10; i++)
        {
            await all.OpenAsync(app.Address, source: $"127.0.1.{i + 1}");
        }

        await IsRefusedAsync(late, app.Address, "127.0.2.1");
        all.Dispose();
        await Eventually.IsTrueAsync(async () => (await late.AskAsync(app.Address, "127.0.2.1")).StartsWith(Served, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Thousands_who_say_nothing_leave_room_for_those_who_ask()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>(Unhurried));
        using var idle = new Holding();
        for (var i = 0; i < LongForm.Times(everyday: 2_000, inLongForm: 8_000); i++)
        {
            await idle.OpenAsync(app.Address, source: $"127.0.{1 + (i / 1_000)}.1");
        }

        Assert.StartsWith(Served, await idle.AskAsync(app.Address, "127.0.0.1"), StringComparison.Ordinal);
    }

    /// <summary>Waits until the server has taken notice of all that are held.</summary>
    private static async Task IsRefusedAsync(Holding one, Uri server, string source)
    {
        var heard = "";
        try
        {
            await Eventually.IsTrueAsync(async () => (heard = await one.AskAsync(server, source)).Length == 0);
        }
        finally
        {
            Assert.Empty(heard);
        }
    }
}
