using System.Net.Http.Headers;
using Evercam.Server;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Moving;

/// <summary>A data directory whose server was killed: with something in every table, and pictures in four hours of two cameras.</summary>
internal static class FilledServer
{
    // Seconds of Unix time.
    public const long First = 1_000_000_000;
    public const long Kept = First + 60;
    public const long Deleted = First + 120;
    public const int Hours = 4;
    public const string Camera = "gate";

    /// <summary>Who calls, besides nobody.</summary>
    public static readonly string[] Callers = ["joe", "ann", "bob"];

    /// <summary>What does not change what is kept, and asks no camera.</summary>
    public static readonly Dictionary<string, string> Calm = new() { ["Evercam__Recorder__OnlineCheck"] = "false" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Fills it.</summary>
    public static async Task FillAsync(string folder)
    {
        using (var server = await EvercamProcess.StartAsync(folder, Cancellation, Calm))
        {
            await FillAsync(server);
        }

        await StoreAsync(folder, FillTheRestAsync);
        await NoteDeletionAsync(folder);
    }

    /// <summary>Of a camera is left that it was deleted, which could not be carried out yet: the next start of a server does so.</summary>
    public static Task NoteDeletionAsync(string folder) =>
        StoreAsync(folder, db => db.Database.ExecuteSqlAsync($"INSERT INTO erasures (camera_key) VALUES (999)", Cancellation));

    public static string PasswordOf(string caller) => caller == "joe" ? "secret" : $"secret of {caller}";

    /// <summary>The parts of a server that does not run.</summary>
    /// <param name="folder">Its data directory.</param>
    /// <param name="settings">What differs from a single process.</param>
    public static WebApplication Build(string folder, IEnumerable<KeyValuePair<string, string?>>? settings = null) => EvercamHost.Build(
        ["--Evercam:DataDirectory", folder],
        builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(settings ?? []);
        });

    /// <summary>Changes the database.</summary>
    public static async Task StoreAsync(string folder, Func<EvercamDb, Task> change)
    {
        await using var app = Build(folder);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<EvercamDb>>().CreateDbContextAsync(Cancellation);
        await change(db);
    }

    /// <summary>The id of its client application, and the number of its webhook.</summary>
    public static async Task<(string Client, long Webhook)> FindAsync(string folder)
    {
        var found = ("", 0L);
        await StoreAsync(folder, async db => found = (
            (await db.ApiCredentials.SingleAsync(c => c.ClientKey != null, Cancellation)).ApiId, (await db.Webhooks.SingleAsync(Cancellation)).Key));
        return found;
    }

    public static async Task UploadAsync(EvercamProcess server, string camera, long moment, byte[] picture, string notes)
    {
        using var file = new ByteArrayContent(picture);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var text = new StringContent(notes);
        using var form = new MultipartFormDataContent { { file, "data", "picture.jpg" }, { text, "notes" } };
        using var answer = await server.Client.PostAsync($"cameras/{camera}/snapshots/{moment}", form, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task FillAsync(EvercamProcess server)
    {
        await server.SignUpAsync();
        foreach (var other in new[] { "ann", "bob", "carl" })
        {
            await server.SendAsync(
                HttpMethod.Post, "users", ("forename", other), ("lastname", "Ünal 🎥"), ("username", other), ("country", "ie"),
                ("email", $"{other}@example.org"), ("password", PasswordOf(other)));
        }

        foreach (var camera in new[] { Camera, "yard" })
        {
            await server.RegisterCameraAsync(camera, port: 9, perMinute: 1);
            await server.SendAsync(HttpMethod.Put, $"cameras/{camera}/recording", ("status", "off"));
        }

        await server.SendAsync(HttpMethod.Patch, "cameras/yard", ("is_public", "true"), ("discoverable", "true"));
        await server.SendAsync(HttpMethod.Post, $"cameras/{Camera}/share", ("email", "bob@example.org"), ("rights", "Snapshot,List,View"));
        await server.SendAsync(HttpMethod.Post, $"cameras/{Camera}/share", ("email", "guest@example.org"), ("rights", "Snapshot,List"));
        await server.SendAsync(
            HttpMethod.Post, "webhooks", ("url", "http://203.0.113.9/"), ("events", "camera.offline"), ("cameras", Camera), ("enabled", "false"));
        await server.SendAsync(
            HttpMethod.Post, "client",
            ("name", "Viewer"), ("callback_uris", "https://example.org/back"), ("user_name", "joe"), ("email", "joe@example.org"));
        foreach (var (camera, hour) in from camera in new[] { Camera, "yard" }
                                       from hour in Enumerable.Range(0, Hours)
                                       select (camera, hour))
        {
            foreach (var second in new[] { 0, 60, 120 })
            {
                var picture = await Photographs.ReadAsync(second == 0 ? "hd.jpg" : "small.jpg");
                await UploadAsync(server, camera, First + (hour * 3_600) + second, picture, $"{camera} ü {second}");
            }
        }

        await server.SendAsync(HttpMethod.Put, $"cameras/{Camera}/snapshots/{Kept}/keep");
        await server.SendAsync(HttpMethod.Delete, $"cameras/{Camera}/snapshots/{Deleted}");
    }

    /// <summary>What comes of the rest only with time, or by pages.</summary>
    private static async Task FillTheRestAsync(EvercamDb db)
    {
        var carl = await db.Users.SingleAsync(u => u.UserName == "carl", Cancellation);
        var camera = await db.Cameras.SingleAsync(c => c.Id == Camera, Cancellation);
        var (client, webhook) = (await db.Clients.SingleAsync(Cancellation), await db.Webhooks.SingleAsync(Cancellation));
        const long soon = 4_000_000_000;
        db.Add(new Grant
        {
            ClientKey = client.Key,
            UserKey = carl.Id,
            Resource = GrantedResource.Camera,
            CameraKey = camera.Key,
            Rights = CameraRights.View,
            CreatedAt = First,
        });
        db.Add(new Token
        {
            Kind = TokenKind.Access,
            Hash = [1, 0, 255],
            ClientKey = client.Key,
            UserKey = carl.Id,
            Scope = "",
            Rights = "",
            CreatedAt = First,
            ExpiresAt = soon,
        });
        db.Add(new Session { IdHash = [7], UserKey = carl.Id, CreatedAt = First, ExpiresAt = soon });
        db.Add(new SecondFactor { UserKey = carl.Id, Secret = "ABCDEFGH", UsedStep = 1, CreatedAt = First });
        db.Add(new RecoveryCode { UserKey = carl.Id, Hash = [8] });
        db.Add(new OutgoingMail { Recipient = carl.Email!, Subject = "s", Body = "b", CreatedAt = First, DueAt = soon });
        db.Add(new SingleUseCode { Purpose = CodePurpose.ResetPassword, Hash = [9], UserKey = carl.Id, Email = carl.Email!, ExpiresAt = soon });
        db.Add(new MailChoice { UserKey = carl.Id, Kinds = [NoticeKind.CameraOffline, NoticeKind.CameraOnline] });
        var notice = new CameraNotice { Kind = NoticeKind.CameraOffline, CameraKey = camera.Key, HappenedAt = First, SpreadAt = First };
        db.Add(notice);
        db.Add(new WebhookDelivery
        {
            WebhookKey = webhook.Key,
            Notice = notice,
            CreatedAt = soon,
            State = DeliveryState.GivenUp,
            Failure = "It broke.",
        });

        // Behind what was deleted: whether that has left a gap in a recording, the next server would look some time after its start.
        db.Add(new CoverageFact { CameraKey = camera.Key, Since = First + 1_800, Status = CoverageStatus.Recorded });
        db.UserClaims.Add(new() { UserId = carl.Id, ClaimType = "a", ClaimValue = "b" });
        db.UserLogins.Add(new() { UserId = carl.Id, LoginProvider = "a", ProviderKey = "b" });
        db.UserTokens.Add(new() { UserId = carl.Id, LoginProvider = "a", Name = "b", Value = "c" });
        if (!await db.Told.AnyAsync(told => told.CameraKey == camera.Key, Cancellation))
        {
            db.Add(new LastTold { CameraKey = camera.Key, IsOnline = false, OnlineToldAt = First });
        }

        await db.SaveChangesAsync(Cancellation);
    }
}
