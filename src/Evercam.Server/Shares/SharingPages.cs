using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Shares;

/// <summary>Sharing a camera with a browser, by the rules of the API (contract 4.4).</summary>
internal static class SharingPages
{
    public static void MapSharing(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/cameras/{id}/sharing", ShowAsync).ForCamera(access => access.IsOwner || access.SeesAll);
        pages.MapPost("/cameras/{id}/sharing", AnswerAsync).ForCamera(access => access.IsOwner);
    }

    private static Task<IResult> ShowAsync(
        CameraAccess access, InvitationLife life, EvercamDb db, HttpContext context, CancellationToken cancellation) =>
        RenderAsync(access, life, db, SharingForm.Empty, FormRefusal.None, SharingWords.Of(Notice.Take(context)), cancellation);

    private static async Task<IResult> AnswerAsync(
        SharingForm form, CameraAccess access, ShareRegistry registry, InvitationLife life, Actor actor, EvercamDb db, HttpContext context,
        CancellationToken cancellation)
    {
        try
        {
            var done = await DoAsync(form, access, registry, actor, db, cancellation);
            done.Leave(context);
            return TypedResults.Redirect($"/cameras/{access.Camera.Id}/sharing");
        }
        catch (ApiException refusal) when (refusal.Status < StatusCodes.Status500InternalServerError)
        {
            if (refusal.RetryAfterSeconds is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds;
            }

            return await RenderAsync(access, life, db, form, SharingWords.Of(refusal), null, cancellation);
        }
    }

    /// <summary>Does what the pressed button asks for.</summary>
    /// <returns>What to say of it on the next page.</returns>
    private static async Task<Notice> DoAsync(
        SharingForm form, CameraAccess access, ShareRegistry registry, Actor actor, EvercamDb db, CancellationToken cancellation)
    {
        var camera = access.Camera;
        switch (form.Action)
        {
            case SharingForm.Change:
                var share = await registry.FindAsync(form.Share, camera, cancellation) ?? throw ApiException.NotFound(SharingWords.NoShare);
                await registry.ChangeAsync(share, form.RightsBeside(share.Rights), actor, cancellation);
                return new(SharingWords.Changed);
            case SharingForm.End:
                return await registry.EndAsync(form.Share, camera, actor, cancellation)
                    ? new(SharingWords.Ended)
                    : throw ApiException.NotFound(SharingWords.NoShare);
            case SharingForm.Withdraw:
                return await registry.WithdrawAsync(form.Person, camera, actor, cancellation)
                    ? new(SharingWords.Withdrawn)
                    : throw ApiException.NotFound(SharingWords.NoInvitation);
            default:
                return await ShareAsync(form, camera, registry, actor, db, cancellation);
        }
    }

    private static async Task<Notice> ShareAsync(
        SharingForm form, CameraFacts camera, ShareRegistry registry, Actor actor, EvercamDb db, CancellationToken cancellation)
    {
        // By their email only: a share tells it, and a user name that anybody can try must not.
        var email = form.Person;
        try
        {
            var made = await registry.ShareAsync(new NewShare(email, form.Rights), camera, actor, cancellation);
            return new(made.Invitations is null ? SharingWords.Shared : SharingWords.Invited, form.Person);
        }
        catch (ApiException taken) when (taken.Status == StatusCodes.Status409Conflict)
        {
            // Of a form that is sent twice, the second one finds what the first one made.
            var normal = Mailbox.Of(email);
            if (await db.Shares.AnyAsync(
                share => share.CameraKey == camera.Key && share.User!.NormalizedEmail == normal && share.Rights == form.Rights, cancellation))
            {
                return new(SharingWords.Shared, form.Person);
            }

            if ((await registry.FindInvitationAsync(email, camera, cancellation))?.Rights == form.Rights)
            {
                return new(SharingWords.Invited, form.Person);
            }

            throw;
        }
    }

    private static async Task<IResult> RenderAsync(
        CameraAccess access, InvitationLife life, EvercamDb db, SharingForm form, FormRefusal refusal, string? done,
        CancellationToken cancellation)
    {
        var key = access.Camera.Key;
        var name = await db.Cameras.Where(camera => camera.Key == key).Select(camera => camera.Name).SingleOrDefaultAsync(cancellation)
            ?? throw ApiException.NotFound();
        var shares = await db.Shares.AsNoTracking().Where(share => share.CameraKey == key).OrderBy(share => share.Key)
            .Select(share => new { share.Key, share.User!.UserName, share.User.Email, share.Rights, share.User.ConfirmedAt }).ToListAsync(cancellation);
        var invitations = access.IsOwner
            ? await life.Waiting(db).AsNoTracking().Where(invitation => invitation.CameraKey == key).OrderBy(invitation => invitation.Key)
                .Select(invitation => new { invitation.Email, invitation.Rights, invitation.CreatedAt }).ToListAsync(cancellation)
            : [];
        return Page.Show<SharingPage>(new
        {
            Name = name,
            Shares = shares.Select(share => (share.Key, share.UserName!, share.Email!, share.ConfirmedAt is not null, SharingWords.NamesOf(share.Rights))).ToList(),
            Invitations = invitations.Select(invitation => (invitation.Email, life.EndOf(invitation.CreatedAt), SharingWords.NamesOf(invitation.Rights)))
                .ToList(),
            form.Typed,
            form.Changed,
            form.Ticked,
            refusal.Problem,
            refusal.Problems,
            Done = done,
        }, refusal.Status);
    }
}
