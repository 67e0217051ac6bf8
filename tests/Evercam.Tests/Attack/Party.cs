using System.Globalization;
using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Attack;

/// <summary>A user who has one of everything, and in each a secret that nobody else has.</summary>
internal sealed record Party(
    TestUser User, string Camera, string Mac, TestUser Application, string Share, string Invitation, string InvitedEmail, string Webhook, string Timelapse,
    IReadOnlyList<string> Secrets)
{
    public const string Second = "1397651000";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>All that names something of this user.</summary>
    public IReadOnlyList<string> Ids =>
    [
        User.Name, User.Email, User.ApiId, $"{User.Key}", Camera, Mac, Application.ApiId, $"{Application.Key}", Share, Invitation, InvitedEmail, Webhook, Timelapse,
    ];

    public static async Task<Party> SetAsync(EvercamApp app)
    {
        var (user, friend) = (await app.AddUserAsync(CatalogRows.Fresh("party")), await app.AddUserAsync(CatalogRows.Fresh("friend")));
        var application = await app.AddClientAsync(CatalogRows.Fresh("application"), "https://app.example/back");
        var (id, mac) = (CatalogRows.Fresh("parted-"), $"02:00:{user.Key / 256:x2}:{user.Key % 256:x2}:00:01");
        var (password, secret, notes, invited) = ($"cam-{Guid.NewGuid():n}", $"hook-{Guid.NewGuid():n}", $"notes-{Guid.NewGuid():n}", $"{Guid.NewGuid():n}@example.org");
        await app.AddCameraAsync(id, user, macAddress: mac);
        var (share, invitation, webhook) = await app.StoreAsync(async db =>
        {
            var camera = await db.Cameras.SingleAsync(row => row.Id == id, Cancellation);
            var owner = await db.Users.SingleAsync(row => row.Id == user.Key, Cancellation);
            (camera.CamUsername, camera.CamPassword, camera.ExternalHost, camera.ExternalHttpPort) = (Setting.Of("admin"), Setting.Of(password), "127.0.0.1", 1);
            (await db.Clients.SingleAsync(row => row.Key == application.Key, Cancellation)).CreatorKey = user.Key;
            var share = CatalogRows.Share(camera, await db.Users.SingleAsync(row => row.Id == friend.Key, Cancellation));
            var invitation = CatalogRows.Invitation(camera, invited);
            invitation.CreatedAt = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var webhook = CatalogRows.Webhook(owner);
            webhook.Secret = secret;
            db.AddRange(share, invitation, webhook);
            await db.SaveChangesAsync(Cancellation);
            return (share.Key, invitation.Key, webhook.Key);
        });

        using var form = Stage.Form(notes, (Stage.Jpeg, "image/jpeg"));
        using var uploaded = await app.Client.PostAsync($"cameras/{id}/snapshots/{Second}?{user.Keys}", form, Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.OK, uploaded.StatusCode);
        using var nothing = new ByteArrayContent([]);
        using var ordered = await app.Client.PostAsync($"cameras/{id}/timelapses?from={Second}&to={Second}&every=1h&{user.Keys}", nothing, Cancellation);
        var timelapse = (string)JsonNode.Parse(await ordered.Content.ReadAsStringAsync(Cancellation))!["timelapses"]![0]!["id"]!;
        return new(
            user, id, mac, application, Text(share), Text(invitation), invited, Text(webhook), timelapse,
            [user.ApiKey, application.ApiKey, password, secret, notes, invited]);
    }

    private static string Text(long key) => key.ToString(CultureInfo.InvariantCulture);
}
