using System.Net.Sockets;
using Evercam.Server.Http;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Attack;

/// <summary>Those who hang up, or fall silent, in the midst of what they send: that is their affair, and nothing for the log.</summary>
public sealed class HungUpTests
{
    private const string Boundary = "Content-Type: multipart/form-data; boundary=b";
    private const string Part = "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_hangs_up_in_the_midst_of_a_body_writes_nothing_into_the_log()
    {
        using var shelf = new LogShelf();
        await using (var app = await StartAsync(shelf, "00:01:00"))
        {
            var stage = await Stage.SetAsync(app);
            var times = LongForm.Times(everyday: 20, inLongForm: 500);
            for (var i = 0; i < times; i++)
            {
                foreach (var (head, begun) in Requests(stage))
                {
#pragma warning disable CA2000 // It is disposed of at the end of the round.
                    using var holding = new Holding();
#pragma warning restore CA2000
                    var socket = await BeginAsync(holding, app, head, begun);
                    socket.LingerState = new LingerOption(true, 0);
                    socket.Close();
                }
            }

            await Eventually.IsTrueAsync(() => app.Services.GetRequiredService<SourceConnections>().Sources == 0);
        }

        IsSilent(shelf);
    }

    [Fact]
    public async Task Who_falls_silent_in_the_midst_of_a_body_is_told_and_writes_nothing_into_the_log()
    {
        using var shelf = new LogShelf();
        await using (var app = await StartAsync(shelf, "00:00:02"))
        {
            var stage = await Stage.SetAsync(app);
            foreach (var (head, begun) in Requests(stage))
            {
#pragma warning disable CA2000 // It is disposed of at the end of the round.
                using var holding = new Holding();
#pragma warning restore CA2000
                var heard = await Holding.ReadToEndAsync(await BeginAsync(holding, app, head, begun));
                Assert.StartsWith("HTTP/1.1 408 ", heard, StringComparison.Ordinal);
            }
        }

        IsSilent(shelf);
    }

    /// <summary>That a slow machine has not got round to Kestrel's timers for a while is not of those who hung up.</summary>
    private static void IsSilent(LogShelf shelf) => Assert.DoesNotContain(
        shelf.Lines.Where(line => !line.Contains("the heartbeat has been running", StringComparison.Ordinal)),
        line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal)
            || line.StartsWith("Critical", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal)
            || line.Contains("is refused", StringComparison.Ordinal));

    private static IEnumerable<(string Head, string Begun)> Requests(Stage stage) =>
    [
        ("POST /v1/users HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 1000", "{\"forename\":"),
        ("POST /v1/users HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked", "100\r\n{\"forename\":"),
        ("POST /login HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000", "username=joe&"),
        ("POST /oauth2/token HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000", "grant_type="),
        ($"POST {Upload(stage)} HTTP/1.1\r\n{Boundary}\r\nContent-Length: 100000", Part),
        ($"POST {Upload(stage)} HTTP/1.1\r\n{Boundary}\r\nTransfer-Encoding: chunked", $"1000\r\n{Part}"),
    ];

    private static string Upload(Stage stage) =>
        $"/v1/cameras/{stage.Id}/snapshots/1397651000?api_id={stage.Owner.Credential!.ApiId}&api_key={stage.Owner.Credential.ApiKey}";

    /// <summary>Sends the beginning of a request whose body the server has begun to read.</summary>
    private static async Task<Socket> BeginAsync(Holding holding, EvercamApp app, string head, string begun)
    {
        var socket = await holding.OpenAsync(app.Address, $"{head}\r\nHost: x\r\nExpect: 100-continue\r\n\r\n");
        const string Continue = "HTTP/1.1 100 Continue\r\n\r\n";
        Assert.Equal(Continue, await Holding.ReadAsync(socket, Continue.Length));
        await socket.SendAsync(RawCamera.Octets(begun), Cancellation);
        return socket;
    }

    private static Task<EvercamApp> StartAsync(LogShelf shelf, string grace) => EvercamApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Connections:Grace"] = grace,
            ["Evercam:Connections:SlowestBytesPerSecond"] = "1000",
            ["Logging:Shelf:LogLevel:Orleans"] = "None", // It tells how a slow machine fares.
        },
        adjust: builder => builder.Services.AddSingleton<ILoggerProvider>(shelf));
}
