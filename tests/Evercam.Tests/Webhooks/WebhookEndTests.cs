using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Webhooks;

/// <summary>What ends a webhook without its user.</summary>
public sealed class WebhookEndTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_tried_again()
    {
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?>(HastyApp.Haste) { ["Evercam:Webhooks:Timeout"] = "00:00:01" });
        await using var slow = await Receiver.StartAsync();
        slow.Answer = (_, context) => Task.Delay(TimeSpan.FromMinutes(10), TimeProvider.System, context.RequestAborted);
        var (joe, ann) = (await app.SignUpAsync(), await app.SignUpAsync());
        var made = (await app.AskAsync("POST", "webhooks", joe, ("url", slow.Url()))).One();
        await app.ShareAsync(joe, await app.AddCameraAsync(joe), ann, "view");
        await Eventually.IsTrueAsync(async () =>
        {
            var line = JsonNode.Parse((await app.AskAsync("GET", $"webhooks/{made["id"]}/deliveries", joe)).Body)!["deliveries"]!.AsArray().FirstOrDefault();
            return ((int?)line?["attempts"], (string?)line?["state"], (string?)line?["failure"]) is ( >= 2, "waiting", "no answer within 1 s");
        });
    }

    [Fact]
    public async Task What_fails_after_a_quiet_while_is_tried_for_its_time()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>(HastyApp.Haste));
        var (joe, ann) = (await app.SignUpAsync(), await app.SignUpAsync());
        var made = (await app.AskAsync("POST", "webhooks", joe, ("url", "http://127.0.0.1:1/"))).One();
        await app.StoreAsync(db => db.Webhooks.ExecuteUpdateAsync(set => set.SetProperty(w => w.FailingSince, 1), Cancellation));
        await app.ShareAsync(joe, await app.AddCameraAsync(joe), ann, "view");
        await Eventually.IsTrueAsync(async () =>
        {
            var line = JsonNode.Parse((await app.AskAsync("GET", $"webhooks/{made["id"]}/deliveries", joe)).Body)!["deliveries"]!.AsArray().FirstOrDefault();
            return ((int?)line?["attempts"], (string?)line?["state"]) is ( >= 2, "waiting");
        });
        Assert.True((bool)(await app.AskAsync("GET", $"webhooks/{made["id"]}", joe)).One()["enabled"]!);
    }

    [Fact]
    public async Task A_webhook_to_which_nothing_arrives_for_long_is_switched_off_and_its_user_told()
    {
        var settings = new Dictionary<string, string?>(HastyApp.Haste)
        {
            ["Evercam:Webhooks:KeepTrying"] = "00:00:03",
            ["Evercam:Webhooks:SwitchOffAfter"] = "00:00:02",
            ["Evercam:Webhooks:PerUser"] = "1",
            ["Evercam:Webhooks:TrialsPerMinute"] = "1",
        };
        await using var app = await EvercamApp.StartAsync(settings);
        var (joe, ann) = (await app.SignUpAsync(), await app.SignUpAsync());
        await app.StoreAsync(db => db.Users.Where(u => u.UserName == joe.Name)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.ConfirmedAt, 1), Cancellation));
        var camera = await app.AddCameraAsync(joe);
        var made = (await app.AskAsync("POST", "webhooks", joe, ("url", "http://127.0.0.1:1/the-address-itself"))).One();
        Assert.Equal(400, (await app.AskAsync("POST", "webhooks", joe, ("url", "http://127.0.0.1:1/"))).Status);
        await app.ShareAsync(joe, camera, ann, "view");
        await Eventually.IsTrueAsync(async () =>
            (long?)(await app.AskAsync("GET", $"webhooks/{made["id"]}", joe)).One()["switched_off_at"] is not null);
        var log = (await app.AskAsync("GET", $"webhooks/{made["id"]}/deliveries", joe)).One();
        Assert.Equal(("given_up", "connection refused"), ((string?)log["state"], (string?)log["failure"]));
        await Eventually.IsTrueAsync(() => Directory.Exists(Path.Combine(app.Folder, "mail"))
            && Directory.GetFiles(Path.Combine(app.Folder, "mail"), "*.eml").Any(mail =>
                File.ReadAllText(mail).Contains("switched off", StringComparison.Ordinal)));

        var again = (await app.AskAsync("PATCH", $"webhooks/{made["id"]}", joe, ("enabled", "true"))).One();
        Assert.Equal((true, null, null), ((bool)again["enabled"]!, (long?)again["failing_since"], (long?)again["switched_off_at"]));
        Assert.Equal(201, (await app.AskAsync("POST", $"webhooks/{made["id"]}/test", joe)).Status);
        Assert.Equal(429, (await app.AskAsync("POST", $"webhooks/{made["id"]}/test", joe)).Status);
    }
}
