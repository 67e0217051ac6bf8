using System.Net.Sockets;
using CsCheck;
using Evercam.Tests.Http;
using Evercam.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Attack;

/// <summary>Bodies in chunks that are framed as nobody should.</summary>
public sealed class ChunkFuzzTests
{
    private static readonly string[] Words =
    [
        "0", "1", "2", "5", "a", "F", "00000002", "7fffffff", "80000000", "ffffffff", "100000000", "7fffffffffffffff", "ffffffffffffffff", "zz", "-5", "+2", "0x2", " 2", "2 ",
        "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n\r\n", "0\r\n\r\n", "2\r\n{}\r\n", "5\r\na=b&c\r\n", ";", ";a=b", ";a=\"\r\n\"", "{}", "{\"a\":1}", "a=b", "--b\r\n", "--b--",
        "Trailer: x\r\n", "Content-Length: 2\r\n", "GET /v1/test HTTP/1.1\r\n",
    ];

    private static readonly (string Path, string Type)[] Targets =
    [
        ("/v1/probe/x", "application/json"), ("/v1/probe/x", "multipart/form-data; boundary=b"), ("/v1/probe/x/upload", "multipart/form-data; boundary=b"),
        ("/v1/users", "application/json"), ("/login", "application/x-www-form-urlencoded"), ("/oauth2/token", "application/x-www-form-urlencoded"),
    ];

    [Fact]
    public async Task However_a_body_is_framed_no_request_is_a_bug()
    {
        using var shelf = new LogShelf();
        await using (var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Logging:LogLevel:Default"] = "Error", ["Evercam:Recorder:OnlineCheck"] = "false" },
            map: Probes.Map,
            adjust: builder => builder.Services.AddSingleton<ILoggerProvider>(shelf)))
        {
            await Gen.Select(Gen.Int[0, Targets.Length - 1], Garbled.Text(Words)).SampleAsync(
                async (target, body) => Assert.Matches("\\A(|HTTP/1.1 [234].*)\\z", await SendAsync(app, Targets[target], body)),
                iter: LongForm.Cases(everyday: 500));
        }

        Assert.Empty(shelf.Lines);
    }

    /// <summary>Sends it, and that there is no more of it: what is cut off is answered by nothing.</summary>
    /// <returns>The first line of the answer.</returns>
    private static async Task<string> SendAsync(EvercamApp app, (string Path, string Type) target, string body)
    {
        using var sender = new Holding();
        var socket = await sender.OpenAsync(
            app.Address, $"POST {target.Path} HTTP/1.1\r\nHost: x\r\nContent-Type: {target.Type}\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        socket.Shutdown(SocketShutdown.Send);
        return (await Holding.ReadToEndAsync(socket)).Split("\r\n")[0];
    }
}
