using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Recordings;

/// <summary>What is recorded of a camera, and how long its pictures are kept; and the same at the path and with the words of later
/// clients.</summary>
internal static class RecordingEndpoints
{
    public static void MapRecordings(this IEndpointRouteBuilder api)
    {
        var camera = api.MapGroup("/cameras/{id}");
        camera.MapGet("/recording", ShowAsync).Needs(CameraRights.View);
        camera.MapPut("/recording", ReplaceAsync).Needs(CameraRights.Edit);
        camera.MapDelete("/recording", EndAsync).Needs(CameraRights.Edit);
        camera.MapGet("/apps/cloud-recording", ShowCloudAsync).Needs(CameraRights.View);
        camera.MapPost("/apps/cloud-recording", ChangeCloudAsync).Needs(CameraRights.Edit);
    }

    private static async Task<Ok<RecordingsResponse>> ShowAsync(CameraAccess access, EvercamDb db, CancellationToken cancellation)
    {
        var camera = await FindAsync(access, db, cancellation);
        return TypedResults.Ok(new RecordingsResponse([RecordingResponse.Of(camera.Id, camera.Recording)]));
    }

    /// <summary>What is not said falls back to its default.</summary>
    private static async Task<Ok<RecordingsResponse>> ReplaceAsync(
        RecordingRequest request, CameraAccess access, Actor actor, RecordingRegister register, CancellationToken cancellation)
    {
        var recording = RecordingRules.Read(request);
        await register.WriteAsync(access, _ => recording, actor, cancellation);
        return TypedResults.Ok(new RecordingsResponse([RecordingResponse.Of(access.Camera.Id, recording)]));
    }

    /// <summary>Nothing is recorded from now on, and what is kept is kept.</summary>
    private static async Task<Ok<Nothing>> EndAsync(
        CameraAccess access, Actor actor, RecordingRegister register, CancellationToken cancellation)
    {
        await register.WriteAsync(access, _ => new Recording(), actor, cancellation);
        return TypedResults.Ok(Nothing.Instance);
    }

    private static async Task<Ok<CloudRecordingsResponse>> ShowCloudAsync(
        CameraAccess access, EvercamDb db, CancellationToken cancellation)
    {
        var camera = await FindAsync(access, db, cancellation);
        return TypedResults.Ok(new CloudRecordingsResponse([CloudRecordingResponse.Of(camera.Id, camera.Recording)]));
    }

    /// <summary>What is not said stays, and is not shown to whoever may change it and not see it.</summary>
    private static async Task<Ok<CloudRecordingsResponse>> ChangeCloudAsync(
        CloudRecordingRequest request,
        CameraAccess access,
        Actor actor,
        RecordingRegister register,
        CancellationToken cancellation)
    {
        var recording = await register.WriteAsync(access, now => RecordingRules.Read(request, now), actor, cancellation);
        return TypedResults.Ok(new CloudRecordingsResponse(
            access.SeesAll ? [CloudRecordingResponse.Of(access.Camera.Id, recording)] : []));
    }

    private static async Task<Camera> FindAsync(CameraAccess access, EvercamDb db, CancellationToken cancellation) =>
        await db.Cameras.AsNoTracking().SingleOrDefaultAsync(camera => camera.Key == access.Camera.Key, cancellation)
        ?? throw ApiException.NotFound("Camera does not exist");
}
