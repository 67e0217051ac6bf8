using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Leaves notices where they are to be told from.</summary>
public static class Spreading
{
    /// <summary>Leaves a notice with webhooks and for the mail, in one transaction, unless that was done. Webhooks that are gone meanwhile, alone
    /// or with their users, are sent nothing.</summary>
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

        var left = await HoldWebhooksAsync(db, [.. webhooks.Select(webhook => webhook.Key)], cancellation);
        db.AddRange(left.Select(webhook => new WebhookDelivery
        {
            WebhookKey = webhook,
            NoticeKey = noticeKey,
            CreatedAt = now,
            DueAt = now,
        }));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <summary>Keeps webhooks from being deleted until the transaction ends.</summary>
    /// <returns>Those that there are.</returns>
    private static async Task<IReadOnlyList<long>> HoldWebhooksAsync(EvercamDb db, long[] webhooks, CancellationToken cancellation)
    {
        if (webhooks.Length == 0)
        {
            return [];
        }

        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT 1 FROM webhooks WHERE key = ANY ({webhooks}) ORDER BY key FOR KEY SHARE", cancellation);
        }

        return await db.Webhooks.Where(webhook => webhooks.Contains(webhook.Key)).Select(webhook => webhook.Key).ToListAsync(cancellation);
    }
}
