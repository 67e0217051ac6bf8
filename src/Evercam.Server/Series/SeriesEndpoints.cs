using Evercam.Archive;
using Evercam.Server.Activities;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Series;

/// <summary>Many stored pictures together: one for each step of time, as JSON, as a TAR file or as a video; and all of an hour.</summary>
internal static class SeriesEndpoints
{
    private const CameraRights ListAndView = CameraRights.List | CameraRights.View;

    public static void MapSeries(this IEndpointRouteBuilder api)
    {
        var snapshots = api.MapGroup("/cameras/{id}/snapshots");
        snapshots.MapGet("/series", Find).NeedsStored(CameraRights.List).Tells(ActivityKind.Browsed);
        snapshots.MapGet("/series.tar", Pack).NeedsStored(ListAndView).Tells(ActivityKind.Browsed);
        snapshots.MapGet("/series.mp4", Film).NeedsStored(ListAndView).Tells(ActivityKind.Browsed);
        snapshots.MapGet("/{year}/{month}/{day}/{hour}.tar", PackHour).NeedsStored(ListAndView).Tells(ActivityKind.Browsed);
    }

    private static SeriesResult Find(SeriesRequest request, CameraAccess access, IOptions<SeriesOptions> options) =>
        new(SeriesRules.Check(request, access.Camera, options.Value));

    private static TarResult Pack(
        SeriesRequest request, CameraAccess access, SeriesFinder finder, IOptions<SeriesOptions> options)
    {
        var plan = SeriesRules.Check(request, access.Camera, options.Value);
        return new(access.Camera, over => finder.PicturesAsync(plan, over), access.Camera.Id);
    }

    private static VideoResult Film(VideoRequest request, CameraAccess access, IOptions<SeriesOptions> options)
    {
        var (plan, form) = SeriesRules.Check(request, access.Camera, options.Value);
        return new(plan, form);
    }

    private static TarResult PackHour(HourRequest request, CameraAccess access, SnapshotArchive archive)
    {
        var hour = new HourOfPictures(archive, access.Camera, request);
        return new(access.Camera, hour.ListAsync, hour.Name);
    }
}
