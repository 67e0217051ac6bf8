using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;

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
            ["Evercam:Webhooks:TrialsPerMinute"] = "100000",
            ["Evercam:Webhooks:PerUser"] = "1000",
        });
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var port = ((IPEndPoint)inside.LocalEndpoint).Port;
        using var insideV6 = new TcpListener(IPAddress.IPv6Loopback, port);
        insideV6.Start();
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
        Assert.False(insideV6.Pending());
    }

    [Fact]
    public async Task What_is_there_is_told_to_nobody()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" });
        await using var shell = RawCamera.Start(connection => connection.SendAsync("SSH-2.0-OpenSSH_9.9\r\n"));
        await using var page = RawCamera.Answering(_ => RawCamera.Answer("200 OK", "<html>secret of the intranet</html>"u8.ToArray(), "Content-Type: text/html"));
        await using var nothing = RawCamera.Answering(_ => RawCamera.Answer("404 Not Found", []));
        await using var broken = RawCamera.Answering(_ => RawCamera.Answer("500 secret of the intranet", []));
        await using var bomb = RawCamera.AnsweringOnce(RawCamera.Answer("200 OK", Bomb(), "Content-Type: image/jpeg", "Content-Encoding: gzip"));
        await using var target = RawCamera.Answering(_ => RawCamera.Answer("200 OK", Snapshots.Stage.Jpeg));
        await using var away = RawCamera.Answering(_ => RawCamera.Answer("302 Found", [], $"Location: http://127.0.0.1:{target.Port}/"));
        var user = await app.AddUserAsync("joe");
        var answers = new HashSet<(int, string)>();
        foreach (var port in new[] { FreePort.Find(), shell.Port, page.Port, nothing.Port, broken.Port, bomb.Port, away.Port, app.Address.Port })
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
            };
            Assert.Equal(201, (await app.AskAsync("POST", $"cameras?{user.Keys}", json: camera)).Status);
            answers.Add(await app.AskAsync("GET", $"cameras/{id}/snapshot.jpg?{user.Keys}"));
            answers.Add(await app.AskAsync("POST", $"cameras/{id}/snapshots?{user.Keys}"));
            answers.Add(await app.AskAsync("GET", $"cameras/{id}/live?{user.Keys}"));
            answers.Add(await app.AskAsync(
                "GET", $"cameras/test?external_url=http://127.0.0.1:{port}&jpg_url=/v1/test&cam_username=a&cam_password=b&{user.Keys}"));
        }

        Assert.Equal((503, """{"message":"Camera offline"}"""), Assert.Single(answers));
        Assert.Equal((0, true), (target.Connections, away.Connections > 0));
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
