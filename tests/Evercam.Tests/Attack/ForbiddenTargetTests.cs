using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Evercam.CameraClient;
using Evercam.CameraClient.Guard;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Evercam.Tests.Attack;

/// <summary>A user who registers cameras where none may be, to make the server go there, and what the answers tell of what is there.</summary>
public sealed class ForbiddenTargetTests
{
    /// <summary>Ways to write this machine, its metadata service and nowhere. Some are no names of hosts, and refused for that.</summary>
    private static readonly string[] Notations =
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "017700000001", "127.0.0.1.", "127.0.0.01",
        "::1", "[::1]", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "[::ffff:7f00:1]", "::ffff:0:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::127.0.0.1",
        "64:ff9b:1:7f00:0:100::", "2002:7f00:1::", "2001:db8::5efe:7f00:1", "localhost", "LOCALHOST", "localhost.", "127\u30020\u30020\u30021", "127\uFF0E0\uFF0E0\uFF0E1",
        "\uFF11\uFF12\uFF17.0.0.1", "\u2460\u2461\u2466.\u24EA.\u24EA.\u2460", "loc\u00ADalhost", "\u24DB\u24DE\u24D2\u24D0\u24DB\u24D7\u24DE\u24E2\u24E3", "0", "0.0.0.0", "::",
        "[::]", "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "::ffff:a9fe:a9fe", "fe80::1", "fe80::1%lo", "[fe80::1%25lo]", "fd00:ec2::254",
        "100.100.100.200", "224.0.0.1", "255.255.255.255", "127.0.0.1@10.0.0.1", "127.0.0.1#.example.org", "127.0.0.1?.example.org", "127.0.0.1/.example.org",
        "127.0.0.1\\.example.org", "127.0.0.1:80", "127.0.0.1\t", " 127.0.0.1", "127.0.0.1\r\nHost: x",
    ];

    [Fact]
    public async Task However_it_is_written_nobody_goes_there()
    {
        // As a server that others reach: it must not let them reach what only listens on the machine, itself included.
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>
        {
            ["Evercam:Cameras:AllowLoopback"] = "false",
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Cameras:TestsPerMinute"] = "100000",
            ["Evercam:Webhooks:TrialsPerMinute"] = "100000",
            ["Evercam:Webhooks:PerUser"] = "1000",
        });

        // Of both families at once, so that nobody else has the port at one of them.
        using var inside = new TcpListener(IPAddress.IPv6Any, 0);
        inside.Server.DualMode = true;
        inside.Start();
        var port = ((IPEndPoint)inside.LocalEndpoint).Port;
        var user = await app.AddUserAsync("joe");
        var (answers, webhooks) = (new HashSet<(int, string)>(), new List<string>());
        foreach (var (notation, at) in Notations.Select(notation => (notation, port)).Concat(Notations.Take(3).Select(notation => (notation, app.Address.Port))))
        {
            var id = CatalogRows.Fresh("ssrf-");
            var camera = new JsonObject
            {
                ["id"] = id,
                ["name"] = "Gate",
                ["is_public"] = false,
                ["external_host"] = notation,
                ["external_http_port"] = at,
                ["jpg_url"] = "/v1/public/cameras",
            };
            var (registered, refusal) = await app.AskAsync("POST", $"cameras?{user.Keys}", json: camera);
            Assert.True(registered is 201 or 400, refusal);
            if (registered == 201)
            {
                answers.Add(await app.AskAsync("GET", $"cameras/{id}/snapshot.jpg?{user.Keys}"));
                answers.Add(await app.AskAsync("POST", $"cameras/{id}/snapshots?{user.Keys}"));
                answers.Add(await app.AskAsync("GET", $"cameras/{id}/live?{user.Keys}"));
            }

            var url = $"http://{notation}:{at}";
            var tried = await app.AskAsync("GET", $"cameras/test?external_url={Uri.EscapeDataString(url)}&jpg_url=/&cam_username=a&cam_password=b&{user.Keys}");
            if (tried.Status != 400)
            {
                answers.Add(tried);
            }

            var (hooked, webhook) = await app.AskAsync("POST", $"webhooks?{user.Keys}", json: new JsonObject { ["url"] = url });
            if (hooked == 201)
            {
                webhooks.Add(JsonNode.Parse(webhook)!["webhooks"]![0]!["id"]!.ToString());
                Assert.Equal(201, (await app.AskAsync("POST", $"webhooks/{webhooks[^1]}/test?{user.Keys}")).Status);
            }
        }

        foreach (var webhook in webhooks)
        {
            await Eventually.IsTrueAsync(async () =>
                !(await app.AskAsync("GET", $"webhooks/{webhook}/deliveries?{user.Keys}")).Body.Contains("\"attempts\":0", StringComparison.Ordinal));
        }

        Assert.NotEmpty(webhooks);
        Assert.Equal((503, """{"message":"Camera offline"}"""), Assert.Single(answers));
        Assert.False(inside.Pending());
    }

    [Fact]
    public async Task What_is_at_this_machines_own_addresses_is_reached_by_no_camera_and_no_webhook()
    {
        var mine = NetworkInterface.GetAllNetworkInterfaces().Where(one => one.OperationalStatus == OperationalStatus.Up)
            .SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address)
            .FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(one) && one.GetAddressBytes() is not [169, 254, ..]);

        // Where there is none, the server is told of one.
        var address = mine ?? IPAddress.Parse("192.0.2.7");
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Cameras:AllowLoopback"] = "false", ["Evercam:Recorder:OnlineCheck"] = "false" },
            adjust: builder =>
            {
                if (mine is null)
                {
                    PutAt(address, builder.Services);
                }
            });
        using var inside = new TcpListener(IPAddress.Any, 0);
        inside.Start();
        var url = $"http://{address}:{((IPEndPoint)inside.LocalEndpoint).Port}";
        var user = await app.AddUserAsync("joe");
        Assert.Equal(
            (503, """{"message":"Camera offline"}"""),
            await app.AskAsync("GET", $"cameras/test?external_url={url}&jpg_url=/&cam_username=&cam_password=&{user.Keys}"));

        var webhook = (await app.AskAsync("POST", $"webhooks?{user.Keys}", json: new JsonObject { ["url"] = url })).One()["id"];
        Assert.Equal(201, (await app.AskAsync("POST", $"webhooks/{webhook}/test?{user.Keys}")).Status);
        await Eventually.IsTrueAsync(async () => (await app.AskAsync("GET", $"webhooks/{webhook}/deliveries?{user.Keys}")).Body
            .Contains("forbidden target: addresses of this machine are refused", StringComparison.Ordinal));
        Assert.False(inside.Pending());
    }

    /// <summary>Where nobody may look, all looks alike, and nobody is asked.</summary>
    [Fact]
    public async Task What_is_at_a_forbidden_address_is_told_to_nobody()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>
        {
            ["Evercam:Cameras:AllowLoopback"] = "false",
            ["Evercam:Cameras:TestsPerMinute"] = "100000",
        });
        await using var targets = new Targets();
        var user = await app.AddUserAsync("joe");
        var (answers, polled) = (new HashSet<(int, string)>(), new List<string>());
        foreach (var port in targets.All.Append(app.Address.Port))
        {
            var id = await AddAsync(app, user, port, answers);
            await Eventually.IsTrueAsync(async () => IsPolled(await app.AskAsync("GET", $"cameras/{id}?{user.Keys}")));
            polled.Add(id);
        }

        Assert.Equal((503, """{"message":"Camera offline"}"""), Assert.Single(answers));
        Assert.Equal(0, targets.Connections);
        foreach (var id in polled)
        {
            Assert.False((bool?)(await app.AskAsync("GET", $"cameras/{id}?{user.Keys}")).One()["is_online"] ?? true, id);
        }

        static bool IsPolled((int Status, string Body) answer) => answer.One()["last_polled_at"] is not null;
    }

    /// <summary>At an address that may be asked, nothing that is no camera is told of but what the contract wants: that somebody asks for a
    /// password (403), and that somebody answers (<c>is_online</c>).</summary>
    [Fact]
    public async Task What_is_there_is_told_to_nobody()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>
        {
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Cameras:TestsPerMinute"] = "100000",
            ["Evercam:Cameras:AnswerTimeout"] = "00:00:01",
        });
        await using var targets = new Targets();
        var user = await app.AddUserAsync("joe");
        var (answers, refusals) = (new HashSet<(int, string)>(), new HashSet<(int, string)>());
        foreach (var port in targets.Silenced.Append(app.Address.Port))
        {
            await AddAsync(app, user, port, answers);
        }

        await AddAsync(app, user, targets.Locked.Port, refusals);
        Assert.Equal((503, """{"message":"Camera offline"}"""), Assert.Single(answers));
        Assert.Equal(403, Assert.Single(refusals).Item1);
        Assert.Equal((0, true), (targets.Good.Connections, targets.Away.Connections > 0));
    }

    /// <summary>Registers a camera there and asks for its picture in every way that there is.</summary>
    private static async Task<string> AddAsync(EvercamApp app, TestUser user, int port, HashSet<(int, string)> answers)
    {
        var id = CatalogRows.Fresh("told-");
        var camera = new JsonObject
        {
            ["id"] = id,
            ["name"] = "Gate",
            ["is_public"] = false,
            ["external_host"] = "127.0.0.1",
            ["external_http_port"] = port,
            ["jpg_url"] = "/v1/test",
            ["cam_username"] = "a",
            ["cam_password"] = "b",
        };
        Assert.Equal(201, (await app.AskAsync("POST", $"cameras?{user.Keys}", json: camera)).Status);
        answers.Add(await app.AskAsync("GET", $"cameras/{id}/snapshot.jpg?{user.Keys}"));
        answers.Add(await app.AskAsync("POST", $"cameras/{id}/snapshots?{user.Keys}"));
        answers.Add(await app.AskAsync("GET", $"cameras/{id}/live?{user.Keys}"));
        answers.Add(await app.AskAsync(
            "GET", $"cameras/test?external_url=http://127.0.0.1:{port}&jpg_url=/v1/test&cam_username=a&cam_password=b&{user.Keys}"));
        return id;
    }

    /// <summary>Lets the server believe that an address is its machine's.</summary>
    private static void PutAt(IPAddress address, IServiceCollection services)
    {
        var own = new OwnAddresses(() => [address], TimeProvider.System);
        services.AddSingleton(provider => new CameraFetcher(
            provider.GetRequiredService<IOptions<CameraClientOptions>>().Value, TimeProvider.System, provider.GetRequiredService<ILogger<CameraFetcher>>(), resolver: null, own));
        services.AddSingleton(provider => new GuardedPoster(
            provider.GetRequiredService<IOptions<CameraClientOptions>>().Value, TimeSpan.FromMinutes(1), requireValidCertificates: false, TimeProvider.System,
            provider.GetRequiredService<ILogger<GuardedPoster>>(), own));
    }

    /// <summary>What there may be on a network: nobody, and many who are no camera, or one that is.</summary>
    private sealed class Targets : IAsyncDisposable
    {
        /// <summary>Taken, so that nobody else takes it, but nobody listens.</summary>
        private readonly Socket closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly RawCamera[] silenced;
        private readonly RawCamera[] told;

        public Targets()
        {
            closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
#pragma warning disable CA2000 // They end with this.
            told =
            [
                RawCamera.Answering(_ => RawCamera.Answer("200 OK", Snapshots.Stage.Jpeg)),
                RawCamera.Answering(_ => RawCamera.Answer("401 Unauthorized", [], "WWW-Authenticate: Basic realm=\"secret of the intranet\"")),
            ];
            silenced =
            [
                RawCamera.Answering(_ => RawCamera.Answer("302 Found", [], $"Location: http://127.0.0.1:{Good.Port}/")),
                RawCamera.Start(connection => connection.SendAsync("SSH-2.0-OpenSSH_9.9\r\n")),
                RawCamera.Start(connection => connection.WaitForHangUpAsync()),
                RawCamera.Answering(_ => RawCamera.Answer("200 OK", "<html>secret of the intranet</html>"u8.ToArray(), "Content-Type: text/html")),
                RawCamera.Answering(_ => RawCamera.Answer("404 Not Found", [])),
                RawCamera.Answering(_ => RawCamera.Answer("500 secret of the intranet", [])),
                RawCamera.AnsweringOnce(RawCamera.Answer("200 OK", Bomb(), "Content-Type: image/jpeg", "Content-Encoding: gzip")),
            ];
#pragma warning restore CA2000
        }

        public RawCamera Good => told[0];

        public RawCamera Locked => told[1];

        public RawCamera Away => silenced[0];

        /// <summary>The ports of those of which nothing is told.</summary>
        public IEnumerable<int> Silenced => [((IPEndPoint)closed.LocalEndPoint!).Port, .. silenced.Select(one => one.Port)];

        public IEnumerable<int> All => [.. Silenced, .. told.Select(one => one.Port)];

        /// <summary>How many have come to any.</summary>
        public int Connections => silenced.Concat(told).Sum(one => one.Connections);

        public async ValueTask DisposeAsync()
        {
            closed.Dispose();
            foreach (var one in silenced.Concat(told))
            {
                await one.DisposeAsync();
            }
        }

        /// <summary>Of a few kilobytes, a whole picture and a gigabyte of nothing behind it.</summary>
        private static byte[] Bomb()
        {
            using var packed = new MemoryStream();
            using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write([.. Snapshots.Stage.Jpeg, .. new byte[1_000_000]]);
            }

            return packed.ToArray();
        }
    }
}
