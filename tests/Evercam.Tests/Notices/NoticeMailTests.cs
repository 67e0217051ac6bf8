using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using static Evercam.Tests.People;

namespace Evercam.Tests.Notices;

/// <summary>Servers that write at once, and of the same thing once an hour.</summary>
public sealed class SqliteMailing : SharedApp
{
    public static Dictionary<string, string?> Eager { get; } = new()
    {
        ["Evercam:Notices:MailGather"] = "00:00:00",
        ["Evercam:Notices:MailEvery"] = "00:00:00",
    };

    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(Eager);
}

public sealed class PostgresMailing(PostgresServer server) : SharedApp
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() =>
        new(SqliteMailing.Eager) { ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync() };
}

public sealed class SqliteNoticeMailTests(SqliteMailing shared) : NoticeMailTests(shared), IClassFixture<SqliteMailing>;

public sealed class PostgresNoticeMailTests(PostgresMailing shared) : NoticeMailTests(shared), IClassFixture<PostgresMailing>;

/// <summary>Owners are told by mail what they have chosen, and never pestered.</summary>
public abstract class NoticeMailTests(SharedApp shared)
{
    private static readonly DateTimeOffset Start = new(2030, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_owner_is_told_where_the_camera_is_what_time_it_was_and_of_a_flapping_camera_once()
    {
        var (joe, key) = await SetAsync();
        await TellAsync(key, true, false);
        await Eventually.IsTrueAsync(async () => (await MailsAsync(joe)).Count == 1);
        Assert.Contains("does not answer at 13:00:01 on 1 July 2030", (await MailsAsync(joe))[0], StringComparison.Ordinal);

        await TellAsync(key, true, false, true, false);
        await App.StoreAsync(db => db.TellAsync([new SeenRecording(key, null, Start)], DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, Cancellation));
        await App.StoreAsync(db => db.TellAsync(
            [new SeenRecording(key, StopReason.Unauthorized, Start)], DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, Cancellation));
        await Eventually.IsTrueAsync(async () => (await MailsAsync(joe)).Count == 2);
        var second = (await MailsAsync(joe)).Single(mail => mail.Contains("recording stopped", StringComparison.Ordinal));
        Assert.DoesNotContain("does not answer", second, StringComparison.Ordinal);
        Assert.Equal(2, await App.StoreAsync(db => db.Notices.CountAsync(n => n.CameraKey == key && n.AwaitsMail, Cancellation)));

        // An hour later.
        await App.StoreAsync(db => db.Notices.Where(n => n.CameraKey == key && n.MailedAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(n => n.MailedAt, n => n.MailedAt - 3_700), Cancellation));
        await Eventually.IsTrueAsync(async () => (await MailsAsync(joe)).Count == 3);
        Assert.Contains(await MailsAsync(joe), mail => mail.Contains("2 times", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(StopReason.NoRoom, "together take all the room that you have")]
    [InlineData(StopReason.ServerDown, "its disk or its database failed")]
    [InlineData(StopReason.DiskFull, "the server's disk is full")]
    public async Task An_owner_is_told_what_keeps_the_server_from_recording(StopReason stopped, string words)
    {
        var (joe, key) = await SetAsync();
        foreach (var reason in new StopReason?[] { null, stopped })
        {
            await App.StoreAsync(db => db.TellAsync(
                [new SeenRecording(key, reason, Start)], DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, Cancellation));
        }

        await Eventually.IsTrueAsync(async () => (await MailsAsync(joe)).Exists(mail => mail.Contains(words, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nobody_is_told_who_does_not_want_it_or_whose_email_nobody_has_confirmed()
    {
        var (joe, his) = await SetAsync();
        var (ann, hers) = await SetAsync(isConfirmed: false);
        Assert.Equal(200, (await App.AskAsync("PATCH", $"users/{joe.Name}/notices", joe, ("mails", ""))).Status);
        await TellAsync(his, true, false);
        await TellAsync(hers, true, false);
        await Eventually.IsTrueAsync(() => App.StoreAsync(db => db.Notices
            .Where(n => n.CameraKey == his || n.CameraKey == hers).AllAsync(n => n.SpreadAt != null && !n.AwaitsMail, Cancellation)));
        Assert.Empty(await MailsAsync(joe));
        Assert.Empty(await MailsAsync(ann));
    }

    [Fact]
    public async Task Each_user_chooses_what_comes_by_mail()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var path = $"users/{joe.Name}/notices";
        Assert.Equal(
            (200, Choice(joe, "camera.offline", "recording.stopped", "space.low")), await App.AskAsync("GET", path, joe));
        Assert.Equal(
            (200, Choice(joe, "camera.online", "share.created")),
            await App.AskAsync("PATCH", path, joe, new JsonObject { ["mails"] = new JsonArray("share.created", "camera.online") }));
        Assert.Equal((200, Choice(joe)), await App.AskAsync("PATCH", path, joe, ("mails", "")));
        Assert.Equal((200, Choice(joe)), await App.AskAsync("GET", path, joe));
        Assert.Equal(
            (400, """{"message":["mails is invalid"]}"""), await App.AskAsync("PATCH", path, joe, ("mails", "camera.offline,x")));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", path, ann));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("PATCH", path, ann, ("mails", "")));
    }

    private static string Choice(Person user, params string[] mails) => new JsonObject
    {
        ["notices"] = new JsonArray(new JsonObject
        {
            ["user_id"] = user.Name,
            ["mails"] = new JsonArray([.. mails.Select(mail => JsonValue.Create(mail))]),
        }),
    }.ToJsonString();

    private Task<(Person User, long Camera)> SetAsync(bool isConfirmed = true) => App.AddUntoldCameraAsync(isConfirmed);

    private Task TellAsync(long camera, params bool[] online) => App.TellOnlineAsync(camera, online);

    /// <summary>What was written to a user of cameras.</summary>
    private Task<List<string>> MailsAsync(Person user) => App.CameraMailsAsync(user);
}

/// <summary>Servers that write to an owner once an hour, and of the same thing as often as it happens.</summary>
public sealed class SeldomMailing : SharedApp
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>
    {
        ["Evercam:Notices:MailGather"] = "00:00:00",
        ["Evercam:Notices:MailEvery"] = "01:00:00",
        ["Evercam:Notices:MailPause"] = "00:00:00",
    });
}

public sealed class SeldomMailTests(SeldomMailing shared) : IClassFixture<SeldomMailing>
{
    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_owner_is_sent_no_more_mails_than_that_whatever_may_be_told_again()
    {
        var (joe, his) = await App.AddUntoldCameraAsync();
        await App.LoseAsync(his);
        await Eventually.IsTrueAsync(async () => (await App.CameraMailsAsync(joe)).Count == 1);
        await App.LoseAsync(his);

        // Whoever is told second is told in a later round than that which told the first one.
        foreach (var _ in new[] { 1, 2 })
        {
            var (other, theirs) = await App.AddUntoldCameraAsync();
            await Eventually.IsTrueAsync(() => App.StoreAsync(db => db.Notices.Where(n => n.CameraKey == his).AllAsync(n => n.SpreadAt != null, Cancellation)));
            await App.LoseAsync(theirs);
            await Eventually.IsTrueAsync(async () => (await App.CameraMailsAsync(other)).Count == 1);
        }

        Assert.Single(await App.CameraMailsAsync(joe));
        await App.StoreAsync(db => db.Notices.Where(n => n.CameraKey == his && n.MailedAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(n => n.MailedAt, n => n.MailedAt - 3_700), Cancellation));
        await Eventually.IsTrueAsync(async () => (await App.CameraMailsAsync(joe)).Count == 2);
    }
}

internal static class MailStage
{
    private static readonly DateTimeOffset Start = new(2030, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A user with a camera in Dublin, of which nobody but the test tells anything: no recorder knows of it.</summary>
    public static async Task<(Person User, long Camera)> AddUntoldCameraAsync(this EvercamApp app, bool isConfirmed = true)
    {
        var user = await app.SignUpAsync();
        return (user, await app.StoreAsync(async db =>
        {
            var owner = await db.Users.SingleAsync(u => u.UserName == user.Name, Cancellation);
            owner.ConfirmedAt = isConfirmed ? 1 : null;
            var camera = CatalogRows.Camera(owner);
            camera.Timezone = "Europe/Dublin";
            db.Add(camera);
            await db.SaveChangesAsync(Cancellation);
            return camera.Key;
        }));
    }

    /// <summary>A camera that was there goes away.</summary>
    public static Task LoseAsync(this EvercamApp app, long camera) => app.TellOnlineAsync(camera, true, false);

    /// <summary>A camera comes and goes, each a second after the other.</summary>
    public static async Task TellOnlineAsync(this EvercamApp app, long camera, params bool[] online)
    {
        for (var second = 0; second < online.Length; second++)
        {
            await app.StoreAsync(db => db.TellAsync(
                [new SeenOnline(camera, online[second], Start.AddSeconds(second))], DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, Cancellation));
        }
    }

    /// <summary>What was written to a user of cameras.</summary>
    public static async Task<List<string>> CameraMailsAsync(this EvercamApp app, Person user)
    {
        var folder = Path.Combine(app.Folder, "mail");
        var mails = new List<string>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml") : [])
        {
            var mail = await MimeMessage.LoadAsync(file, Cancellation);
            if (mail.To.Mailboxes.Any(to => to.Address == user.Email) && mail.TextBody is { } text
                && text.Contains("Your cameras:", StringComparison.Ordinal))
            {
                mails.Add(text);
            }
        }

        return mails;
    }
}
