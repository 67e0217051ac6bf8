using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

namespace Evercam.Tests.Cluster;

/// <summary>One who brings pictures to a cluster by way of its balancer, reads them again and deletes some, whatever goes away meanwhile, and
/// remembers what was acknowledged.</summary>
/// <param name="joe">The owner of the camera, who asks the balancer.</param>
/// <param name="camera">The camera.</param>
/// <param name="nextSecond">A second of which nobody has brought a picture yet.</param>
internal sealed class BalancedClient(HttpClient joe, string camera, Func<long> nextSecond)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<long, byte[]> kept = [];
    private readonly List<long> gone = [];

    /// <summary>How many pictures are there by what was said.</summary>
    public int Kept => kept.Count;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Brings, reads and deletes until it is enough.</summary>
    public async Task UseAsync(CancellationToken enough)
    {
        using var pace = new PeriodicTimer(Pace, TimeProvider.System);
        for (var i = 1; !enough.IsCancellationRequested; i++)
        {
            await BringAsync(nextSecond(), RandomNumberGenerator.GetBytes(2_000));
            if (kept.Count > 0)
            {
                var second = kept.Keys.ElementAt(RandomNumberGenerator.GetInt32(kept.Count));
                await (i % 10 == 0 ? DeleteAsync(second) : ReadAsync(second));
            }

            await pace.WaitForNextTickAsync(Cancellation);
        }
    }

    /// <summary>Whoever asks a server finds what was acknowledged, and nothing that was deleted.</summary>
    public async Task VerifyAsync(HttpClient server)
    {
        foreach (var (second, picture) in kept)
        {
            Assert.Equal(picture, await server.GetByteArrayAsync(PathOf(second), Cancellation));
        }

        using var list = JsonDocument.Parse(await server.GetStringAsync($"cameras/{camera}/snapshots", Cancellation));
        var there = list.RootElement.GetProperty("snapshots").EnumerateArray().Select(picture => picture.GetProperty("created_at").GetInt64());
        Assert.Empty(there.Intersect(gone));
    }

    /// <summary>Whether a server has answered; if not, it was away, and said so, or could not say anything.</summary>
    public static bool HasAnswered(HttpResponseMessage? answer)
    {
        if (answer is null or { StatusCode: HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout })
        {
            return false;
        }

        Assert.True((int)answer.StatusCode < 500, $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri}: {answer.StatusCode}");
        return true;
    }

    /// <summary>What is answered; <see langword="null"/> if the answer breaks off.</summary>
    public static async Task<HttpResponseMessage?> TryAsync(Func<Task<HttpResponseMessage>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return null;
        }
    }

    private async Task BringAsync(long second, byte[] picture)
    {
        using var bytes = new ByteArrayContent(picture) { Headers = { ContentType = new("image/jpeg") } };
        using var form = new MultipartFormDataContent { { bytes, "data", "door.jpg" } };
        using var answer = await TryAsync(() => joe.PostAsync($"cameras/{camera}/snapshots/{second}", form, Cancellation));
        if (HasAnswered(answer))
        {
            Assert.Equal(HttpStatusCode.OK, answer!.StatusCode);
            kept[second] = picture;
        }
    }

    private async Task ReadAsync(long second)
    {
        using var answer = await TryAsync(() => joe.GetAsync(PathOf(second), Cancellation));
        if (HasAnswered(answer))
        {
            Assert.True(answer!.IsSuccessStatusCode, $"{PathOf(second)}: {answer.StatusCode}");
            Assert.Equal(kept[second], await answer.Content.ReadAsByteArrayAsync(Cancellation));
        }
    }

    private async Task DeleteAsync(long second)
    {
        kept.Remove(second);
        using var answer = await TryAsync(() => joe.DeleteAsync($"cameras/{camera}/snapshots/{second}", Cancellation));
        if (HasAnswered(answer))
        {
            gone.Add(second);
        }
    }

    private string PathOf(long second) => $"cameras/{camera}/snapshots/{second}.jpg";
}
