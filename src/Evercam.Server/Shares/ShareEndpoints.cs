using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Shares;

/// <summary>Cameras shared with users (contract 4.4, 3.6), and the paths that older clients know (4.10).</summary>
internal static class ShareEndpoints
{
    public static void MapShares(this IEndpointRouteBuilder api)
    {
        api.MapGet("/cameras/{id}/shares", ListAsync).Needs(CameraRights.View);
        api.MapPost("/cameras/{id}/share", CreateAsync).NeedsOwner();
        api.MapDelete("/cameras/{id}/share", DeleteAsync).NeedsOwner();
        api.MapPatch("/cameras/share/{id}", ChangeAsync).NeedsShareOwner();
        api.MapGet("/users/{id}/shares", ReceivedAsync).NeedsCamerasOf(CameraRights.List);
        foreach (var camera in new[] { "/shares/cameras/{id}", "/shares/camera/{id}" })
        {
            api.MapGet(camera, ListAsync).Needs(CameraRights.View);
            api.MapPost(camera, CreateAsync).NeedsOwner();
            api.MapDelete(camera, DeleteAsync).NeedsOwner();
            // Here alone the path names the share, as that of the contract does.
            api.MapPatch(camera, ChangeAsync).NeedsShareOwner();
        }

        foreach (var user in new[] { "/shares/users/{id}", "/shares/user/{id}" })
        {
            api.MapGet(user, ReceivedAsync).NeedsCamerasOf(CameraRights.List);
        }
    }

    private static async Task<Ok<SharesResponse>> ListAsync(CameraAccess access, EvercamDb db, CancellationToken cancellation) =>
        TypedResults.Ok(await db.Shares.Where(share => share.CameraKey == access.Camera.Key).DescribeAsync(cancellation));

    /// <summary>What is shared with a user.</summary>
    private static async Task<Ok<SharesResponse>> ReceivedAsync(UserAccess access, EvercamDb db, CancellationToken cancellation) =>
        TypedResults.Ok(await db.Shares.Where(share => share.UserKey == access.User.Id).DescribeAsync(cancellation));

    /// <summary>Shares with whoever has the email, or invites whoever reads its mail.</summary>
    private static async Task<Results<Created<SharesResponse>, Created<InvitationsResponse>>> CreateAsync(
        NewShare request,
        CameraAccess access,
        Actor actor,
        Invitations invitations,
        EvercamDb db,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        var (owner, email) = (access.Camera.OwnerKey, request.Email.ToUpperInvariant());
        var people = await db.Users.AsNoTracking().Where(user => user.Id == owner || user.NormalizedEmail == email)
            .Select(user => new { user.Id, user.UserName, user.Email, user.NormalizedEmail }).ToListAsync(cancellation);
        var user = people.SingleOrDefault(person => person.NormalizedEmail == email);
        ThrowIfBroken(ShareRules.Check(request, user?.Id, owner));
        var sharer = people.SingleOrDefault(person => person.Id == owner)?.UserName;
        if (user is null)
        {
            var invited = await invitations.InviteAsync(request, access.Camera, actor, sharer, cancellation);
            return TypedResults.Created($"{ApiPath.Root}/cameras/{access.Camera.Id}/shares/requests", invited);
        }

        var share = new Share
        {
            CameraKey = access.Camera.Key,
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
            SharingOutcome.Shared => TypedResults.Created(
                $"{ApiPath.Root}/cameras/{access.Camera.Id}/shares",
                new SharesResponse(
                    [ShareResponse.Of(share, access.Camera.Id, share.Kind == ShareKind.Public, user.Email!, sharer)])),
            SharingOutcome.AlreadyShared => throw ApiException.Conflict("The camera has already been shared with this user."),
            SharingOutcome.NoUser => throw ApiException.BrokenRule(ShareRules.NoUser),
            _ => throw ApiException.NotFound("Camera does not exist"),
        };
    }

    private static async Task<Ok<Nothing>> DeleteAsync(
        EndedShare request, CameraAccess access, Actor actor, EvercamDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var share = await db.Shares.SingleOrDefaultAsync(
            share => share.Key == request.Share && share.CameraKey == access.Camera.Key, cancellation);
        if (share is not null)
        {
            var line = actor.Did(ActivityKind.ShareEnded, share.CameraKey, clock.GetUtcNow(), shareeKey: share.UserKey);
            await db.EndShareAsync(share, line, cancellation);
        }

        return TypedResults.Ok(Nothing.Instance);
    }

    private static async Task<Ok<SharesResponse>> ChangeAsync(
        ShareChange request, ShareAccess access, Actor actor, EvercamDb db, TimeProvider clock, CancellationToken cancellation)
    {
        ThrowIfBroken(ShareRules.CheckRights(request.Rights));
        var (share, rights) = (access.Share, request.Rights!.Value);
        var line = actor.Did(
            ActivityKind.ShareUpdated, share.CameraKey, clock.GetUtcNow(), RightList.Write(rights), share.UserKey);
        if (!await db.ChangeShareAsync(share, rights, line, cancellation))
        {
            throw ApiException.NotFound();
        }

        // What was changed is told even if its sender goes.
        var changed = await db.Shares.Where(s => s.Key == share.Key).DescribeAsync(CancellationToken.None);
        return changed.Shares is [_] ? TypedResults.Ok(changed) : throw ApiException.NotFound();
    }

    internal static void ThrowIfBroken(List<string> broken)
    {
        if (broken.Count > 0)
        {
            throw ApiException.BrokenRules(broken);
        }
    }
}
