using System.Globalization;
using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Pictures;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Live;

/// <summary>The picture that a camera shows now (contract 4.3.6, and 4.10 inside JSON).</summary>
internal static class LiveEndpoints
{
    public static void MapLive(this IEndpointRouteBuilder api)
    {
        var camera = api.MapGroup("/cameras/{id}");
        camera.MapGet("/snapshot.jpg", PictureAsync).Needs(CameraRights.Snapshot, open: true).Tells(ActivityKind.Viewed);
        camera.MapGet("/live.mjpeg", StreamAsync).Needs(CameraRights.Snapshot, open: true).Tells(ActivityKind.Viewed);
        camera.MapGet("/live", DataAsync).Needs(CameraRights.Snapshot).Tells(ActivityKind.Viewed);
    }

    private static async Task<FileContentHttpResult> PictureAsync(
        PictureRequest request, CameraAccess access, IGrainFactory grains, Thumbnails thumbnails, CancellationToken cancellation)
    {
        var picture = await FetchAsync(access, grains);
        var smaller = request.Width is not { } width ? null : await thumbnails.FindAsync(
            string.Create(CultureInfo.InvariantCulture, $"{access.Camera.Key}@{picture.FetchedAt.UtcTicks}"),
            width,
            () => Task.FromResult(picture.Bytes),
            cancellation);
        return smaller is null
            ? TypedResults.Bytes(picture.Bytes, picture.MediaType)
            : TypedResults.Bytes(smaller, PictureType.Jpeg.MediaType());
    }

    private static async Task<LiveResult> DataAsync(CameraAccess access, IGrainFactory grains)
    {
        var picture = await FetchAsync(access, grains);
        return new LiveResult(
            new(access.Camera.Id, picture.FetchedAt.ToUnixTimeSeconds(), access.Camera.Timezone, DataUri.Head(picture.MediaType)), picture);
    }

    /// <summary>A camera that gives no picture now is told of before the stream begins.</summary>
    private static async Task<StreamResult> StreamAsync(
        StreamRequest request, CameraAccess access, IGrainFactory grains)
    {
        var interval = request.Interval();
        return new StreamResult(access.Camera, await FetchAsync(access, grains), interval);
    }

    private static async Task<LivePicture> FetchAsync(CameraAccess access, IGrainFactory grains)
    {
        var live = await grains.GetGrain<IRecorder>(access.Camera.Key).LiveAsync();
        return live.Picture ?? throw CameraRefusal.Of(live.Fault);
    }
}
