using CsCheck;
using Evercam.Tests.Http;
using Evercam.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Attack;

/// <summary>Bodies in chunks that are framed as nobody should.</summary>
public sealed class ChunkFuzzTests
{
    /// <summary>What stands where a size should. None that is one is so large that anybody would wait for the rest.</summary>
    private static readonly string[] Sizes =
    [
        "0", "1", "2", "2", "2", "5", "5", "F", "00000002", "000000002", "80000000", "ffffffff", "100000000", "7fffffffffffffff", "ffffffffffffffff", "zz", "-5", "+2", "0x2",
        " 2", "2 ", "", "\u00e9",
    ];

    private static readonly string[] Extensions = ["", "", "", ";", ";a=b", ";a=\"\r\n\"", ";\n", " ; a"];

    private static readonly string[] Ends = ["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "", "\r\r\n", "\r\n\r\n"];

    private static readonly string[] Pieces =
        ["{}", "{}", "a=b&c", "--b\r\n", "--b--", "{\"x\":1}", "", "Trailer: x", "Content-Length: 2", "GET /v1/test HTTP/1.1\r\nHost: x"];

    private static readonly Gen<string> Bodies = Gen.Select(
        Gen.OneOf(Sizes), Gen.OneOf(Extensions), Gen.OneOf(Ends), Gen.OneOf(Pieces), Gen.OneOf(Ends),
        (size, extension, end, piece, last) => $"{size}{extension}{end}{piece}{last}").Array[1, 4].Select(string.Concat);

    /// <summary>Behind whatever comes, so that no chunk waits for more: it is neither a chunk nor a request.</summary>
    private static readonly string Rest = string.Concat(Enumerable.Repeat("zz\r\n", 100));

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
            await Gen.Select(Gen.Int[0, Targets.Length - 1], Bodies).SampleAsync(
                async (target, body) => Assert.Matches("\\A(|HTTP/1.1 [234].*)\\z", await SendAsync(app, Targets[target], body)),
                iter: LongForm.Cases(everyday: 500));
        }

        Assert.Empty(shelf.Lines);
    }

    /// <returns>The first line of the answer; nothing, if the server hung up on what it did not want to read to its end.</returns>
    private static async Task<string> SendAsync(EvercamApp app, (string Path, string Type) target, string body)
    {
        using var sender = new Holding();
        var socket = await sender.OpenAsync(
            app.Address, $"POST {target.Path} HTTP/1.1\r\nHost: x\r\nContent-Type: {target.Type}\r\nTransfer-Encoding: chunked\r\n\r\n{body}{Rest}");
        return (await Holding.ReadToEndAsync(socket)).Split("\r\n")[0];
    }
}
