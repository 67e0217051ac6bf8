using Evercam.CameraClient;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Cameras;

/// <summary>Cameras (contract 4.3, and a user's cameras, 4.1.1).</summary>
internal static class CameraEndpoints
{
    public static void MapCameras(this IEndpointRouteBuilder api)
    {
        api.MapGet("/users/{id}/cameras", ListAsync).Public();
        var cameras = api.MapGroup("/cameras");
        cameras.MapPost("", CreateAsync).NeedsUser();
        cameras.MapGet("/test", TryAsync).NeedsCaller();
        cameras.MapGet("/{id}", ShowAsync).NeedsToKnow().Tells(ActivityKind.Accessed);
        cameras.MapPatch("/{id}", ChangeAsync).Needs(CameraRights.Edit);
        cameras.MapDelete("/{id}", DeleteAsync).Needs(CameraRights.Delete);
    }

    /// <summary>The cameras that a user owns, as far as the caller may know of them.</summary>
    private static async Task<Ok<CamerasResponse>> ListAsync(
        OwnerRequest request, Caller caller, Actor actor, ActivityLog log, EvercamDb db, CancellationToken cancellation)
    {
        var owner = await db.Users.WithLogin(request.Login).Select(user => (long?)user.Id).SingleOrDefaultAsync(cancellation)
            ?? throw ApiException.NotFound("user does not exist");
        var owned = db.Cameras.Where(camera => camera.OwnerKey == owner);
        return TypedResults.Ok(new CamerasResponse(await db.ListKnownAsync(owned, caller, actor, log, cancellation)));
    }

    private static async Task<Created<CamerasResponse>> CreateAsync(
        NewCamera request, Caller caller, Actor actor, CameraRegistry registry, EvercamDb db, CancellationToken cancellation)
    {
        var camera = await registry.CreateAsync(caller.UserKey!.Value, request, actor, cancellation);
        return TypedResults.Created($"{ApiPath.Root}/cameras/{camera.Id}", await DescribeAsync(camera, true, db));
    }

    private static async Task<TrialResult> TryAsync(
        TryRequest request, Caller caller, CameraTryouts tryouts, CameraTrials trials, CameraFetcher fetcher, EvercamDb db, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(request.Path))
        {
            throw ApiException.BrokenRule(ParamReader.Blank("jpg_url"));
        }

        var credential = new CameraCredential(request.UserName, request.Password);
        var endpoint = CameraEndpoint.FromUrl(request.Server, request.Path, credential)
            ?? throw ApiException.BadRequest("Invalid URL");
        await tryouts.PassAsync(caller, db, cancellation);
        return new TrialResult(await TriedPicture.FetchAsync(endpoint, caller, trials, fetcher, cancellation));
    }

    private static async Task<Ok<CamerasResponse>> ShowAsync(CameraAccess access, EvercamDb db, CancellationToken cancellation)
    {
        var camera = await db.Cameras.AsNoTracking().Include(c => c.Owner)
            .SingleOrDefaultAsync(c => c.Key == access.Camera.Key, cancellation)
            ?? throw ApiException.NotFound("Camera not found");
        return TypedResults.Ok(await DescribeAsync(camera, access.SeesAll, db));
    }

    private static async Task<Ok<CamerasResponse>> ChangeAsync(
        CameraChange request, CameraAccess access, Actor actor, CameraRegistry registry, EvercamDb db, CancellationToken cancellation)
    {
        var camera = await registry.ChangeAsync(access.Camera.Key, request, access.SeesAll, actor, cancellation);
        return TypedResults.Ok(await DescribeAsync(camera, access.SeesAll, db));
    }

    private static async Task<Ok<Nothing>> DeleteAsync(
        CameraAccess access, CameraRegistry registry, CancellationToken cancellation)
    {
        await registry.DeleteAsync(access.Camera.Key, cancellation);
        return TypedResults.Ok(Nothing.Instance);
    }

    /// <summary>What was changed is told even if its sender goes.</summary>
    private static async Task<CamerasResponse> DescribeAsync(Camera camera, bool full, EvercamDb db)
    {
        var model = await db.EffectiveModelAsync(camera, CancellationToken.None);
        return new CamerasResponse([CameraResponse.Of(camera, model, full)]);
    }
}
