using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Series;

/// <summary>Videos that take longer than anyone wants to wait: ordered, made in the background, and fetched by whoever ordered them, as
/// long as that one may see the pictures, or by the camera's owner.</summary>
internal static class TimelapseEndpoints
{
    private const CameraRights Needed = CameraRights.List | CameraRights.View;

    public static void MapTimelapses(this IEndpointRouteBuilder api)
    {
        var timelapses = api.MapGroup("/cameras/{id}/timelapses");
        timelapses.MapGet("", ListAsync).NeedsStored(Needed);
        timelapses.MapPost("", OrderAsync).NeedsStored(Needed).Tells(ActivityKind.Browsed);
        timelapses.MapGet("/{timelapse}", ShowAsync).NeedsStored(Needed);
        timelapses.MapGet("/{timelapse}.mp4", Fetch).NeedsStored(Needed).Tells(ActivityKind.Browsed);
        timelapses.MapDelete("/{timelapse}", Delete).NeedsStored(Needed);
    }

    private static async Task<Ok<TimelapsesResponse>> ListAsync(
        TimelapsesRequest page, CameraAccess access, Actor actor, Timelapses timelapses, EvercamDb db, CancellationToken cancellation)
    {
        var some = timelapses.List(TimelapseView.Of(access, actor), page);
        return TypedResults.Ok(await TellAsync(access, timelapses, some, db, cancellation));
    }

    private static async Task<Created<TimelapsesResponse>> OrderAsync(
        VideoRequest request,
        CameraAccess access,
        Actor actor,
        Timelapses timelapses,
        VideoMaker maker,
        IOptions<SeriesOptions> options,
        EvercamDb db,
        CancellationToken cancellation)
    {
        SeriesRules.Check(request, access.Camera, options.Value);
        await maker.TryAsync(cancellation);

        // Before it is ordered: what was refused must not be made.
        var names = await TimelapseNames.FindAsync(db, [actor.UserKey], cancellation);
        var ordered = timelapses.Order(access.Camera.Key, request, actor);
        return TypedResults.Created(
            $"{ApiPath.Root}/cameras/{access.Camera.Id}/timelapses/{ordered.Id}",
            TimelapsesResponse.Of(access.Camera, timelapses, [ordered], names));
    }

    private static async Task<Ok<TimelapsesResponse>> ShowAsync(
        TimelapseRequest request, CameraAccess access, Actor actor, Timelapses timelapses, EvercamDb db, CancellationToken cancellation)
    {
        var found = Find(request, access, actor, timelapses);
        return TypedResults.Ok(await TellAsync(access, timelapses, [found], db, cancellation));
    }

    private static TimelapseResult Fetch(
        TimelapseRequest request, CameraAccess access, Actor actor, Timelapses timelapses, TimelapseFolder folder)
    {
        var found = Find(request, access, actor, timelapses);
        return found.Status == TimelapseStatus.Done
            ? new(access.Camera, found, folder.VideoOf(found.Id))
            : throw ApiException.NotFound("Time-lapse is not made yet");
    }

    private static Ok<Nothing> Delete(TimelapseRequest request, CameraAccess access, Actor actor, Timelapses timelapses)
    {
        timelapses.Delete(Find(request, access, actor, timelapses).Id);
        return TypedResults.Ok(Nothing.Instance);
    }

    private static Timelapse Find(TimelapseRequest request, CameraAccess access, Actor actor, Timelapses timelapses) =>
        timelapses.Find(request.Id, TimelapseView.Of(access, actor)) ?? throw ApiException.NotFound("Time-lapse does not exist");

    private static async Task<TimelapsesResponse> TellAsync(
        CameraAccess access, Timelapses timelapses, IReadOnlyList<Timelapse> some, EvercamDb db, CancellationToken cancellation) =>
        TimelapsesResponse.Of(access.Camera, timelapses, some, await TimelapseNames.FindAsync(db, some, cancellation));
}
