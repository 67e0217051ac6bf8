using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

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

    private static async Task<Results<Created<SharesResponse>, Created<InvitationsResponse>>> CreateAsync(
        NewShare request, CameraAccess access, Actor actor, ShareRegistry registry, CancellationToken cancellation)
    {
        var shares = $"{ApiPath.Root}/cameras/{access.Camera.Id}/shares";
        var made = await registry.ShareAsync(request, access.Camera, actor, cancellation);
        return made.Invitations is { } invitations
            ? TypedResults.Created($"{shares}/requests", invitations)
            : TypedResults.Created(shares, made.Shares!);
    }

    private static async Task<Ok<Nothing>> DeleteAsync(
        EndedShare request, CameraAccess access, Actor actor, ShareRegistry registry, CancellationToken cancellation)
    {
        var share = request.Share ?? throw ApiException.BrokenRule(ParamReader.Blank("share_id"));
        await registry.EndAsync(share, access.Camera, actor, cancellation);
        return TypedResults.Ok(Nothing.Instance);
    }

    private static async Task<Ok<SharesResponse>> ChangeAsync(
        ShareChange request, ShareAccess access, Actor actor, ShareRegistry registry, EvercamDb db, CancellationToken cancellation)
    {
        await registry.ChangeAsync(access.Share, request.Rights, actor, cancellation);

        // What was changed is told even if its sender goes.
        var changed = await db.Shares.Where(s => s.Key == access.Share.Key).DescribeAsync(CancellationToken.None);
        return changed.Shares is [_] ? TypedResults.Ok(changed) : throw ApiException.NotFound();
    }
}
