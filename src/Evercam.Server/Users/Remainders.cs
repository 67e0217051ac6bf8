using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>Finds what no change of locks takes away: what an account gives to others, and whoever had it for a while may have given. It is
/// for its user to say what of that is right.</summary>
internal sealed class Remainders(EvercamDb db, InvitationLife life)
{
    /// <summary>Of each kind the newest are told, and no more than that.</summary>
    private const int Most = 100;

    /// <summary>A line for each thing: the page that ends it, its name, and what it is in a few words. Of a webhook's address only the host: the
    /// rest may be a secret.</summary>
    public async Task<IReadOnlyList<(string Path, string Name, string What)>> ReadAsync(long user, CancellationToken cancellation)
    {
        var open = await db.Cameras.Where(camera => camera.OwnerKey == user && camera.IsPublic).OrderByDescending(camera => camera.UpdatedAt)
            .Take(Most).Select(camera => camera.Id).ToListAsync(cancellation);
        var shares = await db.Shares.Where(share => share.Camera!.OwnerKey == user).OrderByDescending(share => share.Key).Take(Most)
            .Select(share => new { share.Camera!.Id, share.User!.UserName }).ToListAsync(cancellation);
        var invitations = await life.Waiting(db).Where(one => one.Camera!.OwnerKey == user).OrderByDescending(one => one.Key).Take(Most)
            .Select(one => new { one.Camera!.Id, one.Email }).ToListAsync(cancellation);
        var clients = await db.Clients.Where(client => client.CreatorKey == user).OrderByDescending(client => client.Key).Take(Most)
            .Select(client => new { client.Credential!.ApiId, client.Name, client.CallbackUris }).ToListAsync(cancellation);
        var webhooks = await db.Webhooks.Where(webhook => webhook.UserKey == user).OrderByDescending(webhook => webhook.Key).Take(Most)
            .Select(webhook => new { webhook.Key, webhook.Url }).ToListAsync(cancellation);
        return
        [
            .. open.Select(id => ($"/cameras/{id}/settings", id, "is public")),
            .. shares.Select(share => ($"/cameras/{share.Id}/sharing", share.Id, $"is shared with {share.UserName}")),
            .. invitations.Select(one => ($"/cameras/{one.Id}/sharing", one.Id, $"waits for {one.Email}")),
            .. clients.Select(client => ($"/account/clients/{client.ApiId}", client.Name, $"gets its answers at {string.Join(", ", client.CallbackUris)}")),
            .. webhooks.Select(webhook => ($"/account/webhooks/{webhook.Key}", new Uri(webhook.Url).Host, "gets notices by a webhook")),
        ];
    }
}
