using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Mail;
using Evercam.Server.Rights;
using Evercam.Server.Setup;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Shares;

/// <summary>Invites people who have no account yet to cameras. Whoever asks is the owner.</summary>
internal sealed class Invitations(
    EvercamDb db, InvitationLife life, InvitationCodes codes, Outbox outbox, MailDoor door, PublicAddress address, TimeProvider clock)
{
    /// <summary>Keeps an invitation and writes to whom it is for.</summary>
    /// <param name="request">To whom and for what; it breaks no rule.</param>
    /// <param name="camera">The camera.</param>
    /// <param name="actor">Who invites.</param>
    /// <param name="sharer">Their user name; <see langword="null"/> if they have gone.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns><see langword="null"/> if somebody has confirmed that email meanwhile: there is nobody to be invited any more.</returns>
    /// <exception cref="ApiException">That email was invited before (409), there were too many mails (429), or the camera is gone
    /// (404).</exception>
    public async Task<InvitationsResponse?> InviteAsync(
        NewShare request, CameraFacts camera, Actor actor, string? sharer, CancellationToken cancellation)
    {
        var invitation = new Invitation
        {
            CameraKey = camera.Key,
            SharerKey = camera.OwnerKey,
            Email = request.Email,
            NormalizedEmail = Mailbox.Of(request.Email),
            Rights = request.Rights!.Value,
            CreatedAt = clock.GetUtcNow().ToUnixTimeSeconds(),
        };
        if (sharer is null)
        {
            throw NoCamera();
        }

        if (await life.Waiting(db).AnyAsync(
            i => i.CameraKey == invitation.CameraKey && i.NormalizedEmail == invitation.NormalizedEmail, cancellation))
        {
            throw AlreadyInvited();
        }

        return await db.AddInvitationAsync(invitation, life.EndedBefore, Tell, cancellation) switch
        {
            InvitingOutcome.Invited => new([InvitationResponse.Of(invitation, camera.Id, sharer)]),
            InvitingOutcome.HaveAccount => null,
            InvitingOutcome.AlreadyInvited => throw AlreadyInvited(),
            _ => throw NoCamera(),
        };

        Activity Tell(Invitation made)
        {
            // Of several at once, those that are refused write no mail, and must not count as one.
            door.Pass(request.Email, camera.OwnerKey);

            // The code lets them sign up where others may not; what they are invited to waits for the address to be confirmed.
            var link = address.To("/signup", ("email", request.Email), ("invitation", codes.Of(made)));
            outbox.Add(request.Email, InvitationLetter.Of(sharer, camera.Id, address.Root, link, life.Days));
            return actor.Did(ActivityKind.Invited, made, clock.GetUtcNow());
        }
    }

    private static ApiException AlreadyInvited() => ApiException.Conflict("A share request for this email and camera already exists.");

    private static ApiException NoCamera() => ApiException.NotFound("Camera does not exist");
}
