using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.OAuth;
using Evercam.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Nodes;

/// <summary>What one server gives out or puts away, another takes and finds.</summary>
public sealed class SharedKeysTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_is_known_to_one_server_is_known_to_the_other()
    {
        await using var nodes = await TwoNodes.StartAsync(await postgres.CreateDatabaseAsync());
        using var stage = await OAuthStage.SetAsync(nodes.First);
        var token = await stage.AgreeAsync($"camera:view:{stage.Camera}");
        var joe = new Person(stage.Joe.Name, stage.Joe.Basic);
        var keys = new Person(stage.Joe.Name, Keys: stage.Joe.Keys);
        var bearer = new Person(stage.Joe.Name, new("Bearer", token));
        foreach (var caller in new[] { joe, keys, bearer })
        {
            Assert.Equal(200, (await nodes.Second.AskAsync("GET", $"cameras/{stage.Camera}", caller)).Status);
        }

        // The browser does not know that it speaks to another server.
        using var window = new Surfer(nodes.Second);
        window.Cookies.Add(nodes.Second.Address, new System.Net.Cookie("evercam_session", stage.Surfer.CookieOf("evercam_session")) { Path = "/" });
        var page = await window.GetAsync("/account");
        Assert.Equal(200, page.Status);
        Assert.Contains(joe.Name, page.Body, StringComparison.Ordinal);

        // It ends everywhere.
        Assert.Equal(302, (await window.PostAsync("/logout")).Status);
        Assert.Equal(302, (await stage.Surfer.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task What_one_server_seals_the_other_opens()
    {
        await using var nodes = await TwoNodes.StartAsync(await postgres.CreateDatabaseAsync());
        var joe = await nodes.First.SignUpAsync();
        var camera = await nodes.First.AddCameraAsync(joe, fields: new JsonObject { ["cam_username"] = "admin", ["cam_password"] = "tr4p-door" });
        var webhook = (await nodes.First.AskAsync("POST", "webhooks", joe, new JsonObject { ["url"] = "https://app.example/hook", ["events"] = new JsonArray("share.created") })).One();
        Assert.Equal("tr4p-door", (string?)(await nodes.Second.AskAsync("GET", $"cameras/{camera}", joe)).One()["cam_password"]);
        Assert.Equal(
            (string?)webhook["secret"],
            await nodes.Second.StoreAsync(db => db.Webhooks.Select(w => w.Secret).SingleAsync(Cancellation)));

        // And the other way round.
        Assert.Equal(200, (await nodes.Second.AskAsync("PATCH", $"cameras/{camera}", joe, ("cam_password", "p0rtcullis"))).Status);
        Assert.Equal("p0rtcullis", (await nodes.First.StoreAsync(db => db.Cameras.SingleAsync(c => c.Id == camera, Cancellation))).CamPassword.Or(null));
    }
}
