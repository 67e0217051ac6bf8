using System.Net.Mime;
using Evercam.Archive;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Series;

/// <summary>A series as a video, sent while it is made.</summary>
internal sealed class VideoResult(SeriesPlan plan, VideoForm form) : IResult
{
    /// <summary>What a viewer may do without at the beginning.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public Task ExecuteAsync(HttpContext httpContext) => httpContext.RequestServices.GetRequiredService<Standing>().WhileStoredAsync(
        httpContext, plan.Camera, CameraRights.List | CameraRights.View, over => WriteAsync(httpContext, over));

    private async Task WriteAsync(HttpContext context, CancellationToken over)
    {
        var services = context.RequestServices;
        using var turn = await services.GetRequiredService<VideoTurns>().TakeAsync(Actor.Of(context), over);
        var pictures = services.GetRequiredService<SeriesFinder>().PicturesAsync(plan, over);
        await using var film = await Film.OpenAsync(services.GetRequiredService<SnapshotArchive>(), pictures, form.Width, over)
            ?? throw ApiException.NotFound("Snapshot does not exist");

        context.Response.ContentType = "video/mp4";
        context.Response.Headers.ContentDisposition =
            new ContentDisposition { Inline = true, FileName = $"{plan.Camera.Id}.mp4" }.ToString();
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        context.SetPace(new(services.GetRequiredService<IOptions<SeriesOptions>>().Value.SlowestBytesPerSecond, Grace));
        try
        {
            await services.GetRequiredService<VideoMaker>().StreamAsync(film, form.PerSecond, context.Response.Body, over);
        }
        catch (Exception end) when (context.Response.HasStarted && end is OperationCanceledException or ApiException)
        {
            // Gone, or too slow, or ffmpeg failed: what has begun can only be broken off.
            context.Abort();
        }
    }
}
