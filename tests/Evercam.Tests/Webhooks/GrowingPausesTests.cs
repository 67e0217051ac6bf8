using System.Text.Json.Nodes;
using Evercam.Tests.Recorder;

namespace Evercam.Tests.Webhooks;

/// <summary>What fails is tried again by a running server, each time after a longer while.</summary>
public sealed class GrowingPausesTests
{
    private const int FirstSeconds = 10;

    [Fact]
    public async Task Each_attempt_that_fails_puts_the_next_one_off_for_longer()
    {
        var clock = new SteppingClock();
        var settings = new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" };
        await using var app = await EvercamApp.StartAsync(settings, clock);
        await using var receiver = await Receiver.StartAsync();

        // By its status an attempt is known from the one before.
        receiver.Answer = (number, context) => Receiver.Status(500 + number)(number, context);
        var (joe, ann) = (await app.SignUpAsync(), await app.SignUpAsync());
        var made = (await app.AskAsync("POST", "webhooks", joe, ("url", receiver.Url()))).One();
        await app.ShareAsync(joe, await app.AddCameraAsync(joe), ann, "view");
        var pauses = new List<long>();
        for (var attempts = 1; attempts <= 5; attempts++)
        {
            JsonNode? line = null;
            await Eventually.IsTrueAsync(async () =>
            {
                var (_, log) = await app.AskAsync("GET", $"webhooks/{made["id"]}/deliveries", joe);
                line = JsonNode.Parse(log)!["deliveries"]!.AsArray().SingleOrDefault();
                return (int?)line?["status"] == 500 + attempts;
            });
            Assert.Equal(("waiting", attempts), ((string?)line!["state"], (int)line["attempts"]!));
            pauses.Add((long)line["next_attempt_at"]! - (long)line["last_attempt_at"]!);
            clock.Step(TimeSpan.FromSeconds(pauses[^1]));
        }

        // Three times as long each time, and up to a quarter less at random.
        Assert.Equal(pauses.Order(), pauses);
        Assert.All(pauses.Index(), pause => Assert.InRange(pause.Item, (FirstSeconds * Math.Pow(3, pause.Index) * 0.75) - 1, double.MaxValue));
        Assert.Equal(5, receiver.Got.Count);
    }
}
