using System.Net;
using System.Net.Sockets;
using Evercam.CameraClient;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.Attack;

/// <summary>Names that whoever owns them lets point wherever they like, from one question to the next: what is asked for them is written by
/// the tests.</summary>
public sealed class NameTests
{
    /// <summary>Where cameras may be, and where something is that is nobody's business.</summary>
    private static readonly IPAddress Permitted = IPAddress.Parse("127.0.0.2"), Inside = IPAddress.Loopback;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2", "1", "2")]
    [InlineData("2 1", "1 2", "1")]
    [InlineData("1", "2", "1 1 1 2")]
    public async Task Whatever_a_name_says_only_what_was_checked_is_connected_to(params string[] answers)
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        await using var camera = RawCamera.Answering(_ => RawCamera.Answer("200 OK", picture, "Connection: close"), address: Permitted);
        using var inside = new TcpListener(Inside, camera.Port);
        inside.Start();
        var (asked, permitted) = (0, 0);
        using var fetcher = new CameraFetcher(Options(), TimeProvider.System, NullLogger<CameraFetcher>.Instance, (_, _) =>
        {
            var answer = answers[asked++ % answers.Length];
            permitted += answer.Contains('2', StringComparison.Ordinal) ? 1 : 0;
            return Task.FromResult(answer.Split(' ').Select(last => IPAddress.Parse($"127.0.0.{last}")).ToArray());
        });

        for (var fetch = 1; fetch <= 2 * answers.Length; fetch++)
        {
            var before = permitted;
            if (await TryAsync(fetcher, camera.Port) is { } refusal)
            {
                Assert.Equal((before, "forbidden target: loopback addresses are refused"), (permitted, refusal.Reason));
            }
            else
            {
                Assert.Equal(before + 1, permitted);
            }

            // One question for each connection: between checking and connecting nobody can be told anything else.
            Assert.Equal(fetch, asked);
        }

        Assert.Equal(permitted, camera.Connections);
        Assert.False(inside.Pending());
    }

    private static CameraClientOptions Options() => new()
    {
        AllowedRanges = [$"{Permitted}/32"],
        AnswerTimeout = TimeSpan.FromSeconds(30),
        Deadline = TimeSpan.FromMinutes(1),
    };

    private static async Task<CameraException?> TryAsync(CameraFetcher fetcher, int port)
    {
        try
        {
            using var picture = await fetcher.FetchAsync(CameraEndpoint.FromHost("camera.example.org", port, "/")!, Cancellation);
            return null;
        }
        catch (CameraException refusal)
        {
            return refusal;
        }
    }
}
