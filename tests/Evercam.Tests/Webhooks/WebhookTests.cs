using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Evercam.Server.Webhooks;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Webhooks;

public sealed class SqliteWebhookTests(SqliteHasty shared) : WebhookTests(shared), IClassFixture<SqliteHasty>;

public sealed class PostgresWebhookTests(PostgresHasty shared) : WebhookTests(shared), IClassFixture<PostgresHasty>;

/// <summary>What happens to cameras, sent to whoever wants it.</summary>
public abstract class WebhookTests(HastyApp shared) : IAsyncLifetime
{
    private Receiver receiver = null!;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => receiver = await Receiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_webhook_is_made_shown_changed_and_deleted_and_its_secret_shown_once()
    {
        var joe = await App.SignUpAsync();
        var camera = await App.AddCameraAsync(joe);
        var made = (await App.AskAsync("POST", "webhooks", joe, new JsonObject
        {
            ["url"] = receiver.Url(),
            ["events"] = new JsonArray("camera.offline", "share.created"),
            ["cameras"] = new JsonArray(camera),
        })).One();
        Assert.Equal(40, ((string)made["secret"]!).Length);
        var path = $"webhooks/{made["id"]}";
        made.Remove("secret");
        var all = await App.AskAsync("GET", "webhooks", joe);
        Assert.Equal(made.ToJsonString(), all.One().ToJsonString());
        Assert.Equal(all, await App.AskAsync("GET", path, joe));
        Assert.Equal(
            ("""["camera.offline","share.created"]""", $"""["{camera}"]""", "true"),
            (made["events"]!.ToJsonString(), made["cameras"]!.ToJsonString(), made["enabled"]!.ToJsonString()));

        var changed = (await App.AskAsync("PATCH", path, joe, ("events", "space.low"), ("cameras", "all"), ("enabled", "false"))).One();
        Assert.Equal(("""["space.low"]""", null, false), (changed["events"]!.ToJsonString(), (string?)changed["cameras"], (bool)changed["enabled"]!));
        Assert.False(changed.ContainsKey("secret"));
        Assert.Equal("a-secret-of-mine", (string?)(await App.AskAsync("PATCH", path, joe, ("secret", "a-secret-of-mine"))).One()["secret"]);
        Assert.Equal(40, ((string)(await App.AskAsync("PATCH", path, joe, ("secret", ""))).One()["secret"]!).Length);

        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", path, joe));
        Assert.Equal(Refusal(404, "Not Found"), await App.AskAsync("GET", path, joe));
        Assert.Equal((200, """{"webhooks":[]}"""), await App.AskAsync("GET", "webhooks", joe));
    }

    [Fact]
    public async Task Webhooks_are_their_users_in_person()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var path = $"webhooks/{(await MakeAsync(joe))["id"]}";
        foreach (var (method, about) in new[] { ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/deliveries") })
        {
            Assert.Equal(Refusal(404, "Not Found"), await App.AskAsync(method, path + about, ann));
            Assert.Equal(401, (await App.AskAsync(method, path + about)).Status);
        }

        var client = await App.AddClientAsync(joe, GrantedResource.User, CameraRights.All);
        Assert.Equal(Refusal(400, "Requester is not a user."), await App.AskAsync("GET", "webhooks", client));
        Assert.Equal(404, (await App.AskAsync("GET", path, client)).Status);
        Assert.Equal(404, (await App.AskAsync("GET", "webhooks/x", joe)).Status);
    }

    [Fact]
    public async Task What_breaks_rules_makes_no_webhook()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var (own, others) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(ann, fields: new() { ["is_public"] = true }));
        var url = receiver.Url();
        Assert.Equal(Refusal(400, "url is missing"), await App.AskAsync("POST", "webhooks", joe));
        Assert.Equal(Refusal(400, "events is invalid"), await App.AskAsync("POST", "webhooks", joe, new JsonObject { ["url"] = url, ["events"] = new JsonObject() }));
        await BreaksAsync("url can't be blank", ("url", " "));
        foreach (var wrong in new[] { "x", "/hook", "ftp://example.org/", "http://joe:secret@example.org/", "http://@example.org/", "http://example.org/#x", "http://", "http://example.org/\ny", "http://example.org/a b", "http://example.org/a\tb", "http://exa\nmple.org/", "http://example.org/\u00a0x", "ht\ntp://example.org/", "http://xn--ü.com/", $"http://example.org/{new string('x', 3_000)}" })
        {
            await BreaksAsync("url is invalid", ("url", wrong));
        }

        await BreaksAsync("events is invalid", ("url", url), ("events", "camera.offline,x"));
        await BreaksAsync("events can't be blank", ("url", url), ("events", ""));
        await BreaksAsync("cameras is invalid", ("url", url), ("cameras", $"{own},{others}"));
        await BreaksAsync("cameras is invalid", ("url", url), ("cameras", "no-such"));
        await BreaksAsync("secret is invalid", ("url", url), ("secret", "short"));

        async Task BreaksAsync(string rule, params (string, string)[] form) =>
            Assert.Equal(Broken(rule), await App.AskAsync("POST", "webhooks", joe, form));
    }

    [Fact]
    public async Task A_webhook_whose_cameras_are_gone_stays_for_none_until_its_user_says_otherwise()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var (gone, left) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(joe));
        var path = $"webhooks/{(await MakeAsync(joe, ("cameras", gone)))["id"]}";
        Assert.Equal(200, (await App.AskAsync("DELETE", $"cameras/{gone}", joe)).Status);
        var told = (await App.AskAsync("GET", path, joe)).One();
        Assert.Equal("[]", told["cameras"]!.ToJsonString());

        // Sent back as it was told, it stays so.
        Assert.Equal("[]", (await App.AskAsync("PATCH", path, joe, told)).One()["cameras"]!.ToJsonString());
        Assert.Equal("[]", (await App.AskAsync("PATCH", path, joe, ("enabled", "true"))).One()["cameras"]!.ToJsonString());
        await App.ShareAsync(joe, left, ann, "view");
        Assert.Equal(201, (await App.AskAsync("POST", $"{path}/test", joe)).Status);
        await Eventually.IsTrueAsync(() => !receiver.Got.IsEmpty);
        Assert.Equal("test", Assert.Single(receiver.Got).Event);

        foreach (var all in new[] { """{"cameras":null}""", """{"cameras":""}""", """{"cameras":" , "}""", """{"cameras":"ALL"}""" })
        {
            Assert.Equal("[]", (await App.AskAsync("PATCH", path, joe, ("cameras", "None"))).One()["cameras"]!.ToJsonString());
            Assert.Null((await App.AskAsync("PATCH", path, joe, JsonNode.Parse(all)!.AsObject())).One()["cameras"]);
        }

        // In a list, the words are ids.
        foreach (var word in new[] { "all", "none" })
        {
            var listed = new JsonObject { ["cameras"] = new JsonArray(word) };
            Assert.Equal(Broken("cameras is invalid"), await App.AskAsync("PATCH", path, joe, listed));
        }

        var made = await App.AskAsync("POST", "webhooks", joe, new JsonObject { ["url"] = receiver.Url(), ["cameras"] = new JsonArray() });
        Assert.Equal("[]", made.One()["cameras"]!.ToJsonString());
        Assert.Null((await MakeAsync(joe, ("cameras", "")))["cameras"]);
    }

    [Fact]
    public async Task A_camera_that_is_not_shared_any_more_may_stay_where_it_is_and_come_nowhere_anew()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var (his, hers) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(ann));
        Assert.Equal(201, (await App.ShareAsync(joe, his, ann, "view")).Status);
        var path = $"webhooks/{(await MakeAsync(ann, ("cameras", $"{his},{hers}")))["id"]}";
        await App.StoreAsync(db => db.Shares.Where(share => share.Camera!.Id == his).ExecuteDeleteAsync(Cancellation));
        var told = (await App.AskAsync("GET", path, ann)).One();
        var changed = await App.AskAsync("PATCH", path, ann, told);
        Assert.Equal((200, told["cameras"]!.ToJsonString()), (changed.Status, changed.Status == 200 ? changed.One()["cameras"]!.ToJsonString() : changed.Body));
        Assert.Equal(400, (await App.AskAsync("POST", "webhooks", ann, ("url", receiver.Url()), ("cameras", his))).Status);
        Assert.Equal(200, (await App.AskAsync("PATCH", path, ann, ("cameras", hers))).Status);
        Assert.Equal(Broken("cameras is invalid"), await App.AskAsync("PATCH", path, ann, ("cameras", $"{his},{hers}")));
    }

    [Fact]
    public async Task A_notice_is_sent_signed_and_the_log_says_so()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var (one, two) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(joe));
        var made = await MakeAsync(joe, ("cameras", one), ("events", "share.created,share.ended"));
        await App.ShareAsync(joe, two, ann, "view");
        await App.ShareAsync(joe, one, ann, "view");
        await Eventually.IsTrueAsync(() => !receiver.Got.IsEmpty);
        Assert.True(receiver.Got.TryPeek(out var got));
        Assert.Equal(("share.created", one, ann.Email), (got.Event, (string?)got.Data["camera_id"], (string?)got.Data["share"]!["email"]));
        Assert.True(got.IsSignedWith((string)made["secret"]!));
        Assert.False(got.IsSignedWith("another"));
        var line = await DeliveryAsync(joe, made, "delivered");
        Assert.Equal(
            (got.Delivery, "share.created", (long)got.Data["id"]!, one, 1, 200),
            ($"{line["id"]}", (string?)line["event"], (long)line["event_id"]!, (string?)line["camera_id"], (int)line["attempts"]!, (int)line["status"]!));
        Assert.Single(receiver.Got);
    }

    [Fact]
    public async Task What_fails_is_tried_again_as_the_same_delivery()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var (camera, made) = (await App.AddCameraAsync(joe), await MakeAsync(joe));
        receiver.Answer = (number, context) => Receiver.Status(number < 3 ? 500 : 204)(number, context);
        await App.ShareAsync(joe, camera, ann, "view");
        var line = await DeliveryAsync(joe, made, "delivered");
        Assert.Equal((3, 204, null), ((int)line["attempts"]!, (int)line["status"]!, (string?)line["failure"]));
        Assert.Equal(3, receiver.Got.Count);
        Assert.Single(receiver.Got.Select(got => (got.Delivery, got.Body)).Distinct());
    }

    [Theory]
    [InlineData("down", null, "connection refused")]
    [InlineData("redirect", 302, "redirects are not followed (status 302)")]
    [InlineData("broken", 500, "status 500")]
    [InlineData("forbidden", null, "forbidden target: link-local and metadata addresses are refused")]
    public async Task A_receiver_that_takes_nothing_is_given_up_visibly(string how, int? status, string failure)
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var camera = await App.AddCameraAsync(joe);
        receiver.Answer = (number, context) => how switch
        {
            "redirect" => Task.Run(() => context.Response.Redirect(receiver.Url("elsewhere"))),
            _ => Receiver.Status(500)(number, context),
        };
        var made = await MakeAsync(joe, ("url", how switch
        {
            "down" => "http://127.0.0.1:1/",
            "forbidden" => "http://169.254.169.254/latest",
            _ => receiver.Url(),
        }));
        await App.ShareAsync(joe, camera, ann, "view");
        await Eventually.IsTrueAsync(async () => (int?)(await LogAsync(joe, made)).FirstOrDefault()?["attempts"] >= 2);
        shared.Time.Step(new WebhookOptions().KeepTrying);
        var line = await DeliveryAsync(joe, made, "given_up");
        Assert.Equal((status, failure), ((int?)line["status"], (string?)line["failure"]));
        Assert.Null(line["next_attempt_at"]);
        Assert.NotNull((await App.AskAsync("GET", $"webhooks/{made["id"]}", joe)).One()["failing_since"]);
        Assert.DoesNotContain(receiver.Got, got => got.Path == "/elsewhere");
    }

    [Fact]
    public async Task A_slow_receiver_holds_up_nobody_else()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        await using var slow = await Receiver.StartAsync();
        slow.Answer = (_, context) => Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System, context.RequestAborted);
        for (var number = 0; number < 10; number++)
        {
            await MakeAsync(joe, ("url", slow.Url()));
        }

        await MakeAsync(ann);
        var camera = await App.AddCameraAsync(joe);
        await App.ShareAsync(joe, camera, ann, "view");
        await Eventually.IsTrueAsync(() => !receiver.Got.IsEmpty);
    }

    [Fact]
    public async Task What_its_user_may_not_hear_any_more_is_not_sent()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var camera = await App.AddCameraAsync(joe);
        var made = await MakeAsync(ann);
        receiver.Answer = Receiver.Status(500);
        var share = (await App.ShareAsync(joe, camera, ann, "view")).One();
        await Eventually.IsTrueAsync(() => !receiver.Got.IsEmpty);
        await App.AskAsync("DELETE", $"cameras/{camera}/share?share_id={share["id"]}", joe);
        var line = await DeliveryAsync(ann, made, "given_up");
        Assert.Equal("this is not yours to hear of any more", (string?)line["failure"]);
    }

    [Fact]
    public async Task The_person_whose_share_ends_is_sent_word_of_it()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var camera = await App.AddCameraAsync(joe);
        await MakeAsync(ann, ("events", "share.ended"));
        var share = (await App.ShareAsync(joe, camera, ann, "view")).One();
        Assert.Equal(200, (await App.AskAsync("DELETE", $"cameras/{camera}/share?share_id={share["id"]}", joe)).Status);
        await Eventually.IsTrueAsync(() => !receiver.Got.IsEmpty);
        Assert.True(receiver.Got.TryPeek(out var got));
        Assert.Equal(("share.ended", camera, ann.Email), (got.Event, (string?)got.Data["camera_id"], (string?)got.Data["share"]!["email"]));
    }

    [Fact]
    public async Task A_trial_is_sent_once_also_where_the_webhook_is_off()
    {
        var joe = await App.SignUpAsync();
        var made = await MakeAsync(joe, ("enabled", "false"));
        receiver.Answer = Receiver.Status(500);
        Assert.Equal(201, (await App.AskAsync("POST", $"webhooks/{made["id"]}/test", joe)).Status);
        var line = await DeliveryAsync(joe, made, "given_up");
        Assert.Equal(("test", 1), ((string?)line["event"], (int)line["attempts"]!));
        Assert.Equal("test", (string?)Assert.Single(receiver.Got).Data["event"]);
        Assert.Equal(
            Refusal(400, "before is invalid"), await App.AskAsync("GET", $"webhooks/{made["id"]}/deliveries?before=x", joe));
        Assert.Equal(
            (200, """{"deliveries":[]}"""), await App.AskAsync("GET", $"webhooks/{made["id"]}/deliveries?before={line["id"]}", joe));
    }

    /// <summary>Earlier builds of this version took such an address.</summary>
    [Fact]
    public async Task A_trial_for_a_host_that_cannot_be_is_given_up_and_says_so()
    {
        var joe = await App.SignUpAsync();
        var made = await MakeAsync(joe);
        var key = (long)made["id"]!;
        await App.StoreAsync(async db =>
        {
            (await db.Webhooks.SingleAsync(webhook => webhook.Key == key, Cancellation)).Url = "http://xn--ü.com/";
            await db.SaveChangesAsync(Cancellation);
        });
        Assert.Equal(201, (await App.AskAsync("POST", $"webhooks/{key}/test", joe)).Status);
        var line = await DeliveryAsync(joe, made, "given_up");
        Assert.Equal((1, "it could not be sent"), ((int)line["attempts"]!, (string?)line["failure"]));
    }

    [Fact]
    public async Task A_receiver_that_closes_its_connections_after_each_answer_fails_nothing()
    {
        var joe = await App.SignUpAsync();
        var made = await MakeAsync(joe);
        var seen = new ConcurrentDictionary<string, bool>();
        receiver.Answer = (_, context) =>
        {
            if (!seen.TryAdd(context.Connection.Id, true))
            {
                context.Abort();
            }

            return Task.CompletedTask;
        };
        for (var trials = 1; trials <= 3; trials++)
        {
            Assert.Equal(201, (await App.AskAsync("POST", $"webhooks/{made["id"]}/test", joe)).Status);
            await Eventually.IsTrueAsync(async () => (await LogAsync(joe, made)) is { } log && log.Count == trials && (string?)log[0]!["state"] != "waiting");
            Assert.Equal("delivered", (string?)(await LogAsync(joe, made))[0]!["state"]);
        }
    }

    [Fact]
    public async Task Address_and_secret_are_protected_and_everything_goes_with_the_account()
    {
        var joe = await App.SignUpAsync();
        var made = await MakeAsync(joe, ("url", receiver.Url("the-address-itself")), ("secret", "the-secret-itself"));
        var key = (long)made["id"]!;
        await App.AskAsync("POST", $"webhooks/{key}/test", joe);
        var kept = await App.StoreAsync(db => db.Database.SqlQuery<string>(
            $"SELECT url || secret AS \"Value\" FROM webhooks WHERE key = {key}").SingleAsync(Cancellation));
        Assert.DoesNotContain("itself", kept, StringComparison.Ordinal);
        Assert.Equal(200, (await App.AskAsync("DELETE", $"users/{joe.Name}", joe)).Status);
        Assert.False(await App.StoreAsync(db => db.Webhooks.AnyAsync(w => w.Key == key, Cancellation)));
        Assert.False(await App.StoreAsync(db => db.Deliveries.AnyAsync(d => d.WebhookKey == key, Cancellation)));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 30)]
    [InlineData(3, 90)]
    [InlineData(7, 7_290)]
    [InlineData(8, 10_800)]
    [InlineData(2_000_000_000, 10_800)]
    public void Pauses_grow(int attempts, int seconds)
    {
        var options = new WebhookOptions();
        Assert.Equal(TimeSpan.FromSeconds(seconds), WebhookLog.PauseAfter(options, attempts, 0));
        Assert.Equal(TimeSpan.FromSeconds(seconds * 0.875), WebhookLog.PauseAfter(options, attempts, 0.5));
    }

    private async Task<JsonObject> MakeAsync(Person user, params (string Name, string Value)[] fields)
    {
        (string, string)[] form = [("url", receiver.Url()), .. fields];
        return (await App.AskAsync("POST", "webhooks", user, form.GroupBy(f => f.Item1).Select(f => f.Last()).ToArray())).One();
    }

    /// <summary>The newest line of a webhook's log, once it is in this state.</summary>
    private async Task<JsonObject> DeliveryAsync(Person user, JsonObject webhook, string state)
    {
        JsonObject? found = null;
        await Eventually.IsTrueAsync(async () =>
        {
            found = (await LogAsync(user, webhook)).FirstOrDefault(line => (string?)line!["state"] == state)?.AsObject();
            return found is not null;
        });
        return found!;
    }

    private async Task<JsonArray> LogAsync(Person user, JsonObject webhook)
    {
        var (_, body) = await App.AskAsync("GET", string.Create(CultureInfo.InvariantCulture, $"webhooks/{webhook["id"]}/deliveries"), user);
        return JsonNode.Parse(body)!["deliveries"]!.AsArray();
    }
}
