using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Leaves notices where they are to be told from.</summary>
public static class Spreading
{
    /// <summary>Leaves a notice with webhooks and for the mail, in one transaction, unless that was done.</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="noticeKey">The notice.</param>
    /// <param name="cameraKey">Its camera, if it has one.</param>
    /// <param name="webhooks">The webhooks that are sent it, with their users.</param>
    /// <param name="byMail">Whether the owner is told by mail.</param>
    /// <param name="at">The time.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public static async Task SpreadAsync(
        this EvercamDb db,
        long noticeKey,
        long? cameraKey,
        IReadOnlyCollection<(long Key, long UserKey)> webhooks,
        bool byMail,
        DateTimeOffset at,
        CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        // Users, cameras, notices (LockOrder). What is left with a webhook takes its row and the notice's.
        if (db.Database.IsNpgsql())
        {
            long[] users = [.. webhooks.Select(webhook => webhook.UserKey).Distinct()];
            await db.Database.ExecuteSqlAsync(
                $"SELECT 1 FROM users WHERE id = ANY ({users}) ORDER BY id FOR KEY SHARE", cancellation);
        }

        await db.HoldCamerasAsync(cameraKey is { } camera ? [camera] : [], cancellation);
        var now = at.ToUnixTimeSeconds();
        var isOurs = await db.Notices.Where(n => n.Key == noticeKey && n.SpreadAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(n => n.SpreadAt, now).SetProperty(n => n.AwaitsMail, byMail), cancellation) > 0;
        if (!isOurs)
        {
            return;
        }

        db.AddRange(webhooks.Select(webhook => new WebhookDelivery
        {
            WebhookKey = webhook.Key,
            NoticeKey = noticeKey,
            CreatedAt = now,
            DueAt = now,
        }));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(CancellationToken.None);
    }
}
