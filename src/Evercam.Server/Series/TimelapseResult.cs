using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.Net.Http.Headers;

namespace Evercam.Server.Series;

/// <summary>A time-lapse that is made, or the part of it that a player asks for.</summary>
internal sealed class TimelapseResult(CameraFacts camera, Timelapse timelapse, string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => httpContext.RequestServices.GetRequiredService<Standing>().WhileStoredAsync(
        httpContext, camera, CameraRights.List | CameraRights.View, _ => SendAsync(httpContext));

    private async Task SendAsync(HttpContext context)
    {
        try
        {
            await TypedResults.PhysicalFile(
                path,
                "video/mp4",
                fileDownloadName: null,
                lastModified: timelapse.EndedAt,
                entityTag: new EntityTagHeaderValue($"\"{timelapse.Id}\""),
                enableRangeProcessing: true).ExecuteAsync(context);
        }
        catch (FileNotFoundException) when (!context.Response.HasStarted)
        {
            throw ApiException.NotFound("Time-lapse does not exist");
        }
    }
}
