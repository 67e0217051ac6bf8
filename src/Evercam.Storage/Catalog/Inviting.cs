using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>What became of the wish to invite someone to a camera.</summary>
public enum InvitingOutcome
{
    /// <summary>They are invited.</summary>
    Invited = 1,

    /// <summary>They were invited to this camera before.</summary>
    AlreadyInvited = 2,

    /// <summary>There is no such camera any more.</summary>
    NoCamera = 3,

    /// <summary>They have confirmed the email, perhaps just now: there is no need to invite them.</summary>
    HaveAccount = 4,
}

/// <summary>Keeps invitations, and makes shares of them.</summary>
public static class Inviting
{
    /// <summary>Adds an invitation with the line about it, and what else the context is about to save, in one transaction.</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="invitation">The invitation. It takes the place of one to the same person that has ended.</param>
    /// <param name="endedBefore">Those made at this Unix second, or before, have ended.</param>
    /// <param name="tell">What the camera's log says of it, once it has its number and nobody else can invite the same person: what it throws
    /// takes the invitation back.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public static async Task<InvitingOutcome> AddInvitationAsync(
        this EvercamDb db, Invitation invitation, long endedBefore, Func<Invitation, Activity> tell, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);

        // Whoever confirms an email holds its user: what was invited before is theirs then, and what would be invited later is shared.
        var users = await db.Users.Where(user => user.NormalizedEmail == invitation.NormalizedEmail).Select(user => user.Id)
            .ToListAsync(cancellation);
        await db.HoldUsersAsync([], [invitation.SharerKey, .. users], cancellation);
        if (await db.Users.AnyAsync(
            user => user.NormalizedEmail == invitation.NormalizedEmail && user.ConfirmedAt != null, cancellation))
        {
            return InvitingOutcome.HaveAccount;
        }

        await db.KeepCameraAsItIsAsync(invitation.CameraKey, cancellation);
        if (!await db.Cameras.AnyAsync(camera => camera.Key == invitation.CameraKey, cancellation))
        {
            return InvitingOutcome.NoCamera;
        }

        await db.Invitations.Where(
            i => i.CameraKey == invitation.CameraKey && i.NormalizedEmail == invitation.NormalizedEmail && i.CreatedAt <= endedBefore)
            .ExecuteDeleteAsync(cancellation);
        db.Add(invitation);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException refused) when (refused.IsUniqueViolation(out var rule) && rule == UniqueRule.Invitation)
        {
            return InvitingOutcome.AlreadyInvited;
        }

        db.Add(tell(invitation));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(CancellationToken.None);
        return InvitingOutcome.Invited;
    }

    /// <summary>Keeps what an invitation promises now, and writes the line about it, in one transaction.</summary>
    /// <returns>Whether there still is such an invitation.</returns>
    public static Task<bool> ChangeInvitationAsync(
        this EvercamDb db, Invitation invitation, Activity line, CancellationToken cancellation)
    {
        // Said is said, also if it was so before: else nobody would notice that it is gone.
        db.Entry(invitation).Property(i => i.Rights).IsModified = true;
        return db.SaveWithLineAsync(line, cancellation);
    }

    /// <summary>Takes an invitation back, and writes the line about it, in one transaction.</summary>
    /// <returns>Whether there was such an invitation.</returns>
    public static Task<bool> WithdrawInvitationAsync(
        this EvercamDb db, Invitation invitation, Activity line, CancellationToken cancellation)
    {
        db.Remove(invitation);
        return db.SaveWithLineAsync(line, cancellation);
    }

    /// <summary>Makes shares of all invitations to an email that its user has just confirmed. To be called in the transaction that
    /// confirms it, which holds the user whole and keeps those who invited them (<see cref="LockOrder"/>).</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="user">The user, with the email.</param>
    /// <param name="endedBefore">Invitations made at this Unix second, or before, have ended.</param>
    /// <param name="tell">What the camera's log says of each.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public static async Task AcceptInvitationsAsync(
        this EvercamDb db, User user, long endedBefore, Func<Invitation, Activity> tell, CancellationToken cancellation)
    {
        var invitations = await db.Invitations.AsNoTracking()
            .Where(i => i.NormalizedEmail == user.NormalizedEmail && i.CreatedAt > endedBefore)
            .OrderBy(i => i.CameraKey).ToListAsync(cancellation);
        var notices = new List<CameraNotice>();

        // Of those who have invited the user since the transaction began, too.
        await db.KeepUsersAtOnceAsync([.. invitations.Select(invitation => invitation.SharerKey)], cancellation);
        foreach (var invitation in invitations)
        {
            await db.KeepCameraAsItIsAsync(invitation.CameraKey, cancellation);
            if (await db.AcceptInvitationAsync(invitation.Key, user.Id, tell, cancellation) is { } share)
            {
                notices.Add(CameraNotice.Made(share, share.CreatedAt));
            }
        }

        await db.AnnounceAsync(notices, cancellation);
    }

    /// <summary>Uses an invitation up, if it was not taken back meanwhile. It gives no more than the one who invited may give now,
    /// which only the camera's owner may; and nothing to the owner, nor to someone who has a share.</summary>
    /// <returns>The share; <see langword="null"/> if there is none.</returns>
    private static async Task<Share?> AcceptInvitationAsync(
        this EvercamDb db, long key, long userKey, Func<Invitation, Activity> tell, CancellationToken cancellation)
    {
        if (db.Database.IsNpgsql())
        {
            // SQLite has one writer at a time.
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM invitations WHERE key = {key} FOR UPDATE", cancellation);
        }

        var row = db.Invitations.Where(i => i.Key == key);
        var found = await row.AsNoTracking().Select(i => new { Invitation = i, i.Camera!.OwnerKey, i.Camera.IsPublic })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
        {
            return null;
        }

        await row.ExecuteDeleteAsync(cancellation);
        var (invitation, owner) = (found.Invitation, found.OwnerKey);
        if (owner != invitation.SharerKey
            || owner == userKey
            || await db.Shares.AnyAsync(s => s.CameraKey == invitation.CameraKey && s.UserKey == userKey, cancellation))
        {
            return null;
        }

        var line = tell(invitation);
        var share = new Share
        {
            CameraKey = invitation.CameraKey,
            UserKey = userKey,
            SharerKey = invitation.SharerKey,
            Kind = Sharing.KindOf(found.IsPublic),
            Rights = invitation.Rights,
            CreatedAt = line.DoneAt,
        };
        db.Add(share);
        db.Add(line);
        await db.SaveChangesAsync(cancellation);
        return share;
    }
}
