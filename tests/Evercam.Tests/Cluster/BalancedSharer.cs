using System.Net;
using System.Text.Json.Nodes;

namespace Evercam.Tests.Cluster;

/// <summary>One who shares a camera with another and takes that back, again and again, by way of a balancer, whatever goes away meanwhile.</summary>
/// <param name="joe">The owner of the camera, who asks the balancer.</param>
/// <param name="eve">The other.</param>
/// <param name="camera">The camera.</param>
internal sealed class BalancedSharer(HttpClient joe, HttpClient eve, string camera)
{
    public const string Email = "eve@example.org";
    public const string Password = "s3cret of eve";

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    /// <summary>How often the camera was shared and taken back.</summary>
    public int Rounds { get; private set; }

    /// <summary>How long after it was taken back the other asked and still saw the camera, at most.</summary>
    public TimeSpan SeenFor { get; private set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Shares and takes back until it is enough.</summary>
    public async Task UseAsync(CancellationToken enough)
    {
        using var pace = new PeriodicTimer(Pace, TimeProvider.System);
        while (!enough.IsCancellationRequested)
        {
            await ShareAsync();
            if (await FindAsync() is { } share && await TakeBackAsync(share))
            {
                await IsRefusedAsync();
                Rounds++;
            }

            await pace.WaitForNextTickAsync(Cancellation);
        }
    }

    /// <summary>If nobody answers it may be shared or not; the next look tells.</summary>
    private async Task ShareAsync()
    {
        using var form = new FormUrlEncodedContent([new("email", Email), new("rights", "list,snapshot")]);
        using var answer = await BalancedClient.TryAsync(() => joe.PostAsync($"cameras/{camera}/share", form, Cancellation));
        BalancedClient.HasAnswered(answer);
    }

    private async Task<string?> FindAsync()
    {
        using var answer = await BalancedClient.TryAsync(() => joe.GetAsync($"cameras/{camera}/shares", Cancellation));
        return BalancedClient.HasAnswered(answer)
            ? JsonNode.Parse(await answer!.Content.ReadAsStringAsync(Cancellation))!["shares"]!.AsArray().FirstOrDefault()?["id"]?.ToString()
            : null;
    }

    private async Task<bool> TakeBackAsync(string share)
    {
        using var answer = await BalancedClient.TryAsync(() => joe.DeleteAsync($"cameras/{camera}/share?share_id={share}", Cancellation));
        return BalancedClient.HasAnswered(answer) && answer!.IsSuccessStatusCode;
    }

    /// <summary>Every server refuses the other, who comes to one after the other.</summary>
    private async Task IsRefusedAsync()
    {
        var taken = TimeProvider.System.GetTimestamp();
        using var pace = new PeriodicTimer(Pace / 10, TimeProvider.System);
        for (var refused = 0; refused < 6; await pace.WaitForNextTickAsync(Cancellation))
        {
            var asked = TimeProvider.System.GetElapsedTime(taken);
            using var answer = await BalancedClient.TryAsync(() => eve.GetAsync($"cameras/{camera}", Cancellation));
            if (BalancedClient.HasAnswered(answer))
            {
                Assert.Contains(answer!.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.NotFound });
                (refused, SeenFor) = answer.StatusCode == HttpStatusCode.OK ? (0, asked > SeenFor ? asked : SeenFor) : (refused + 1, SeenFor);
            }
        }

        using var own = await BalancedClient.TryAsync(() => eve.GetAsync("users/eve", Cancellation));
        Assert.True(!BalancedClient.HasAnswered(own) || own!.IsSuccessStatusCode, $"{own?.StatusCode}: she is no longer who she is.");
    }
}
