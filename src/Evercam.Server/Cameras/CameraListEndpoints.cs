using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Cameras;

/// <summary>Cameras of many owners: those that are asked for by id, and those that everyone may find (contract 4.10).</summary>
internal static class CameraListEndpoints
{
    public static void MapCameraLists(this IEndpointRouteBuilder api)
    {
        api.MapGet("/cameras", PickAsync).Public();
        api.MapGet("/public/cameras", BrowseAsync).Public();
    }

    /// <summary>As far as the caller may know of them, in the order in which they were asked for.</summary>
    private static async Task<Ok<CamerasResponse>> PickAsync(
        PickRequest request, Caller caller, Actor actor, ActivityLog log, EvercamDb db, CancellationToken cancellation)
    {
        var asked = db.Cameras.Where(camera => request.Ids.Contains(camera.Id));
        var known = (await db.ListKnownAsync(asked, caller, actor, log, cancellation)).ToDictionary(camera => camera.Id);
        return TypedResults.Ok(new CamerasResponse([.. request.Ids.Where(known.ContainsKey).Select(id => known[id])]));
    }

    /// <summary>Always in the minimal form, so that the list says the same to everyone.</summary>
    private static async Task<Ok<CamerasResponse>> BrowseAsync(
        PublicRequest request, EvercamDb db, CancellationToken cancellation)
    {
        if (CameraSearch.PatternsOf(request) is not { } patterns || CameraSearch.OffsetOf(request) is not { } offset)
        {
            return TypedResults.Ok(new CamerasResponse([]));
        }

        var open = db.Cameras.AsNoTracking().Where(camera => camera.IsPublic && camera.Discoverable);
        foreach (var pattern in patterns)
        {
            open = open.Where(camera => EF.Functions.Like(camera.Id, pattern, CameraSearch.Escape));
        }

        var page = await open.OrderBy(camera => camera.Id)
            .Skip(offset).Take(CameraSearch.LimitOf(request)).ToListAsync(cancellation);
        var models = await db.EffectiveModelsAsync(page, cancellation);
        return TypedResults.Ok(new CamerasResponse(
            [.. page.Select(camera => CameraResponse.Of(camera, models.GetValueOrDefault(camera.Key), full: false))]));
    }
}
