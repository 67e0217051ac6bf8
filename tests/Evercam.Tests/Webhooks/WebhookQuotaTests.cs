using static Evercam.Tests.People;

namespace Evercam.Tests.Webhooks;

/// <summary>How many webhooks one user may have.</summary>
public sealed class WebhookQuotaTests
{
    [Fact]
    public async Task A_user_may_have_so_many_webhooks_and_no_more()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Webhooks:PerUser"] = "2" });
        var (joe, ann) = (await app.SignUpAsync(), await app.SignUpAsync());
        var first = (await MakeAsync(joe)).One();
        Assert.Equal(201, (await MakeAsync(joe)).Status);
        Assert.Equal(Broken("you can have at most 2 webhooks"), await MakeAsync(joe));

        Assert.Equal(201, (await MakeAsync(ann)).Status);
        Assert.Equal(200, (await app.AskAsync("DELETE", $"webhooks/{first["id"]}", joe)).Status);
        Assert.Equal(201, (await MakeAsync(joe)).Status);

        Task<(int Status, string Body)> MakeAsync(Person caller) => app.AskAsync("POST", "webhooks", caller, ("url", "http://127.0.0.1:1/"));
    }
}
