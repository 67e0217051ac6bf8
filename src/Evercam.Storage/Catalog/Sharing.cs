using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>What became of the wish to share a camera.</summary>
public enum SharingOutcome
{
    /// <summary>It is shared.</summary>
    Shared = 1,

    /// <summary>It was shared with this user before.</summary>
    AlreadyShared = 2,

    /// <summary>There is no such camera any more.</summary>
    NoCamera = 3,

    /// <summary>There is no such user any more.</summary>
    NoUser = 4,
}

/// <summary>Shares cameras so that no share outlives what it rests on.</summary>
public static class Sharing
{
    /// <summary>Adds a share, in one transaction. Whether its kind is public or private is filled in here, from what the camera
    /// is while nobody can change it: else a camera made private at the same moment would keep a public share.</summary>
    public static async Task<SharingOutcome> AddShareAsync(this EvercamDb db, Share share, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.HoldUsersAsync([], [share.SharerKey, share.UserKey], cancellation);
        await db.KeepCameraAsItIsAsync(share.CameraKey, cancellation);
        var isPublic = await db.Cameras.Where(c => c.Key == share.CameraKey).Select(c => (bool?)c.IsPublic)
            .SingleOrDefaultAsync(cancellation);
        if (isPublic is null)
        {
            return SharingOutcome.NoCamera;
        }

        var email = await db.Users.Where(u => u.Id == share.UserKey).Select(u => u.NormalizedEmail)
            .SingleOrDefaultAsync(cancellation);
        if (email is null)
        {
            return SharingOutcome.NoUser;
        }

        if (await db.Shares.AnyAsync(s => s.CameraKey == share.CameraKey && s.UserKey == share.UserKey, cancellation))
        {
            return SharingOutcome.AlreadyShared;
        }

        // Who was invited before there was an account, and has one now, waits no longer.
        await db.Invitations.Where(i => i.CameraKey == share.CameraKey && i.NormalizedEmail == email)
            .ExecuteDeleteAsync(cancellation);
        share.Kind = KindOf(isPublic.Value);
        db.Add(share);
        try
        {
            await db.AnnounceAsync([CameraNotice.Made(share, share.CreatedAt)], cancellation);
        }
        catch (DbUpdateException refused) when (refused.IsUniqueViolation(out var rule) && rule == UniqueRule.Share)
        {
            return SharingOutcome.AlreadyShared;
        }

        await transaction.CommitAsync(CancellationToken.None);
        return SharingOutcome.Shared;
    }

    /// <summary>Changes what a share gives, and writes the line about it, in one transaction.</summary>
    /// <param name="db">The catalog that the share was read from.</param>
    /// <param name="share">The share.</param>
    /// <param name="rights">What it gives from now on.</param>
    /// <param name="line">What the camera's log says.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>Whether there still is such a share.</returns>
    public static Task<bool> ChangeShareAsync(
        this EvercamDb db, Share share, CameraRights rights, Activity line, CancellationToken cancellation)
    {
        share.Rights = rights;

        // Said is said, also if it was so before: else nobody would notice that the share is gone.
        db.Entry(share).Property(s => s.Rights).IsModified = true;
        return db.SaveWithLineAsync(line, cancellation);
    }

    /// <summary>Ends a share, and writes the line about it, in one transaction.</summary>
    /// <returns>Whether there was such a share.</returns>
    public static Task<bool> EndShareAsync(this EvercamDb db, Share share, Activity line, CancellationToken cancellation)
    {
        db.Remove(share);
        return db.SaveWithLineAsync(line, cancellation, CameraNotice.Ended(share, line.DoneAt));
    }

    /// <summary>Ends shares because something else ends, in the transaction under way, and adds a line about each.</summary>
    public static async Task EndSharesAsync(
        this EvercamDb db, IQueryable<Share> shares, Func<Share, Activity> tell, CancellationToken cancellation) =>
        await db.AnnounceAsync(await db.TakeSharesAsync(shares, tell, cancellation), cancellation);

    /// <summary>Ends shares, and adds a line about each to what the context is about to save.</summary>
    /// <returns>The notices about them, which are still to be announced.</returns>
    internal static async Task<List<CameraNotice>> TakeSharesAsync(
        this EvercamDb db, IQueryable<Share> shares, Func<Share, Activity> tell, CancellationToken cancellation)
    {
        var ending = await shares.AsNoTracking().OrderBy(share => share.CameraKey).ToListAsync(cancellation);
        await db.HoldCamerasAsync([.. ending.Select(share => share.CameraKey).Distinct()], cancellation);
        var notices = new List<CameraNotice>();
        foreach (var share in ending)
        {
            // Somebody else may have ended it, and its line is there then.
            if (await db.Shares.Where(s => s.Key == share.Key).ExecuteDeleteAsync(cancellation) > 0)
            {
                var line = tell(share);
                db.Add(line);
                notices.Add(CameraNotice.Ended(share, line.DoneAt));
            }
        }

        return notices;
    }

    internal static ShareKind KindOf(bool isPublic) => isPublic ? ShareKind.Public : ShareKind.Private;

    /// <summary>Saves what was changed about a camera's shares, with the line about it and the notice, if it is worth one, in one
    /// transaction.</summary>
    /// <returns>Whether there still was what was changed.</returns>
    internal static async Task<bool> SaveWithLineAsync(
        this EvercamDb db, Activity line, CancellationToken cancellation, CameraNotice? notice = null)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        // The camera before its shares, as deletions go: the line takes its row, too.
        var cameras = await db.HoldCamerasAsync([line.CameraKey], cancellation);
        if (cameras.Count == 0)
        {
            return false;
        }

        db.Add(line);
        try
        {
            await db.AnnounceAsync(notice is null ? [] : [notice], cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }

        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }
}
