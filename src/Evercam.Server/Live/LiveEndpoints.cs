using Evercam.Recorder;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Live;

/// <summary>The picture that a camera shows now (contract 4.3.6).</summary>
internal static class LiveEndpoints
{
    public static void MapLive(this IEndpointRouteBuilder api) =>
        api.MapGet("/cameras/{id}/snapshot.jpg", PictureAsync).Needs(CameraRights.Snapshot, open: true);

    private static async Task<FileContentHttpResult> PictureAsync(CameraAccess access, IGrainFactory grains)
    {
        var live = await grains.GetGrain<IRecorder>(access.Camera.Key).LiveAsync();
        return live.Picture is { } picture
            ? TypedResults.Bytes(picture.Bytes, picture.MediaType)
            : throw CameraRefusal.Of(live.Fault);
    }
}
