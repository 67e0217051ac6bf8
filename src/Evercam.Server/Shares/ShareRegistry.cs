using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Mail;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Shares;

/// <summary>Makes, changes and ends shares and invitations. Whoever asks is the camera's owner.</summary>
internal sealed class ShareRegistry(
    EvercamDb db, Invitations invitations, InvitationLife life, ConfirmationRule confirmation, TimeProvider clock)
{
    /// <summary>How often it is tried again if somebody confirms the email just then.</summary>
    private const int Attempts = 5;

    /// <summary>Shares with whoever has the email, or invites whoever reads its mail: if nobody has it, if somebody only claims it, or if it
    /// must be confirmed and is not.</summary>
    /// <exception cref="ApiException">It breaks rules (400), the camera is shared with them or they are invited (409), the camera is
    /// gone (404), or there were too many mails (429).</exception>
    public async Task<MadeShare> ShareAsync(NewShare request, CameraFacts camera, Actor actor, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await TryShareAsync(request, camera, actor, cancellation) is { } made)
            {
                return made;
            }
        }

        throw new TimeoutException("The email was confirmed and given up again and again.");
    }

    /// <returns><see langword="null"/> if whoever was to be invited has confirmed the email meanwhile.</returns>
    private async Task<MadeShare?> TryShareAsync(NewShare request, CameraFacts camera, Actor actor, CancellationToken cancellation)
    {
        var (owner, email) = (camera.OwnerKey, Mailbox.Of(request.Email));
        var people = await db.Users.AsNoTracking().Where(user => user.Id == owner || user.NormalizedEmail == email)
            .ToListAsync(cancellation);
        var user = people.SingleOrDefault(person => person.NormalizedEmail == email);
        ThrowIfBroken(ShareRules.Check(request, user?.Id, owner));
        var sharer = people.SingleOrDefault(person => person.Id == owner)?.UserName;
        if (user is null || user.OnlyClaimsEmail() || (confirmation.IsOn && user.ConfirmedAt is null))
        {
            return await invitations.InviteAsync(request, camera, actor, sharer, cancellation) is { } invited ? new(null, invited) : null;
        }

        var share = new Share
        {
            CameraKey = camera.Key,
            UserKey = user.Id,
            SharerKey = owner,
            Kind = ShareKind.Private,
            Rights = request.Rights!.Value,
            CreatedAt = clock.GetUtcNow().ToUnixTimeSeconds(),
        };
        // Saved together with the share, or not at all.
        db.Add(actor.Did(
            ActivityKind.Shared, share.CameraKey, clock.GetUtcNow(), RightList.Write(share.Rights), share.UserKey));
        return await db.AddShareAsync(share, cancellation) switch
        {
            SharingOutcome.Shared => new(
                new SharesResponse([ShareResponse.Of(share, camera.Id, share.Kind == ShareKind.Public, user.Email!, sharer)]), null),
            SharingOutcome.AlreadyShared => throw ApiException.Conflict("The camera has already been shared with this user."),
            SharingOutcome.NoUser => throw ApiException.BrokenRule(ShareRules.NoUser),
            _ => throw ApiException.NotFound("Camera does not exist"),
        };
    }

    /// <summary>Gives a share other rights.</summary>
    /// <param name="share">The share, tracked by the request's database.</param>
    /// <param name="wanted">The rights; <see langword="null"/> if none was named, or one that does not exist.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ApiException">The rights break rules (400), or the share is gone (404).</exception>
    public async Task ChangeAsync(Share share, CameraRights? wanted, Actor actor, CancellationToken cancellation)
    {
        ThrowIfBroken(ShareRules.CheckRights(wanted));
        var rights = wanted!.Value;
        var line = actor.Did(
            ActivityKind.ShareUpdated, share.CameraKey, clock.GetUtcNow(), RightList.Write(rights), share.UserKey);
        if (!await db.ChangeShareAsync(share, rights, line, cancellation))
        {
            throw ApiException.NotFound();
        }
    }

    /// <summary>Ends a share of this camera.</summary>
    /// <returns>Whether there is one of this number.</returns>
    public async Task<bool> EndAsync(long key, CameraFacts camera, Actor actor, CancellationToken cancellation)
    {
        if (await FindAsync(key, camera, cancellation) is not { } share)
        {
            return false;
        }

        await db.EndShareAsync(share, actor.Ended(share, clock.GetUtcNow()), cancellation);
        return true;
    }

    /// <summary>Takes an invitation back.</summary>
    /// <returns>Whether there is one of this email.</returns>
    public async Task<bool> WithdrawAsync(string email, CameraFacts camera, Actor actor, CancellationToken cancellation)
    {
        if (await FindInvitationAsync(email, camera, cancellation) is not { } invitation)
        {
            return false;
        }

        var line = actor.Did(ActivityKind.InvitationWithdrawn, invitation, clock.GetUtcNow());
        await db.WithdrawInvitationAsync(invitation, line, cancellation);
        return true;
    }

    /// <summary>The share of this number, tracked by the request's database; those of other cameras do not count.</summary>
    public Task<Share?> FindAsync(long key, CameraFacts camera, CancellationToken cancellation) =>
        db.Shares.SingleOrDefaultAsync(share => share.Key == key && share.CameraKey == camera.Key, cancellation);

    /// <summary>The invitation of an email to a camera, tracked by the request's database.</summary>
    public Task<Invitation?> FindInvitationAsync(string email, CameraFacts camera, CancellationToken cancellation)
    {
        var normal = Mailbox.Of(email);
        return life.Waiting(db).SingleOrDefaultAsync(
            invitation => invitation.CameraKey == camera.Key && invitation.NormalizedEmail == normal, cancellation);
    }

    internal static void ThrowIfBroken(List<string> broken)
    {
        if (broken.Count > 0)
        {
            throw ApiException.BrokenRules(broken);
        }
    }
}

/// <summary>What became of a new share: a share, or an invitation to one.</summary>
internal sealed record MadeShare(SharesResponse? Shares, InvitationsResponse? Invitations);
