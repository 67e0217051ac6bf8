using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Shares;

/// <summary>Invitations of people who have no account yet (contract 4.10). They are made where cameras are shared.</summary>
internal static class InvitationEndpoints
{
    public static void MapInvitations(this IEndpointRouteBuilder api)
    {
        foreach (var requests in new[] { "/cameras/{id}/shares/requests", "/shares/requests/{id}" })
        {
            api.MapGet(requests, ListAsync).NeedsOwner();
            api.MapDelete(requests, WithdrawAsync).NeedsOwner();
        }

        api.MapPatch("/cameras/{id}/shares/requests", ChangeAsync).NeedsOwner();
        // Here alone the path names the invitation, as the path of a change of a share names the share.
        api.MapPatch("/shares/requests/{id}", ChangeNamedAsync).NeedsInvitationOwner();
    }

    private static async Task<Ok<InvitationsResponse>> ListAsync(
        InvitationList request, CameraAccess access, InvitationLife life, EvercamDb db, CancellationToken cancellation) =>
        TypedResults.Ok(request.Waiting
            ? await life.Waiting(db).Where(invitation => invitation.CameraKey == access.Camera.Key).DescribeAsync(cancellation)
            : new InvitationsResponse([]));

    private static async Task<Ok<Nothing>> WithdrawAsync(
        WithdrawnInvitation request, CameraAccess access, Actor actor, ShareRegistry registry, CancellationToken cancellation)
    {
        await registry.WithdrawAsync(request.Email, access.Camera, actor, cancellation);
        return TypedResults.Ok(Nothing.Instance);
    }

    private static async Task<Ok<InvitationsResponse>> ChangeAsync(
        InvitationChange request,
        CameraAccess access,
        Actor actor,
        ShareRegistry registry,
        EvercamDb db,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        var invitation = await registry.FindInvitationAsync(request.Email, access.Camera, cancellation) ?? throw ApiException.NotFound();
        return await PromiseAsync(invitation, request.Rights, actor, db, clock, cancellation);
    }

    private static Task<Ok<InvitationsResponse>> ChangeNamedAsync(
        NamedInvitationChange request,
        InvitationAccess access,
        Actor actor,
        EvercamDb db,
        TimeProvider clock,
        CancellationToken cancellation) =>
        PromiseAsync(access.Invitation, request.Rights, actor, db, clock, cancellation);

    private static async Task<Ok<InvitationsResponse>> PromiseAsync(
        Invitation invitation, CameraRights? wanted, Actor actor, EvercamDb db, TimeProvider clock, CancellationToken cancellation)
    {
        ShareRegistry.ThrowIfBroken(ShareRules.CheckRights(wanted));
        invitation.Rights = wanted!.Value;
        var line = actor.Did(ActivityKind.InvitationUpdated, invitation, clock.GetUtcNow());
        if (!await db.ChangeInvitationAsync(invitation, line, cancellation))
        {
            throw ApiException.NotFound();
        }

        // What was changed is told even if its sender goes.
        var changed = await db.Invitations.Where(i => i.Key == invitation.Key).DescribeAsync(CancellationToken.None);
        return changed.ShareRequests is [_] ? TypedResults.Ok(changed) : throw ApiException.NotFound();
    }
}
