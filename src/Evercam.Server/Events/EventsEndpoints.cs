using Evercam.Server.Http;
using Evercam.Server.Notices;
using Evercam.Server.Rights;

namespace Evercam.Server.Events;

/// <summary>What happens to the caller's cameras, told as it happens.</summary>
internal static class EventsEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder api) => api.MapGet("/events", StreamAsync).NeedsCaller();

    private static async Task<EventsResult> StreamAsync(
        EventsRequest request, Caller caller, AccessCache access, HttpContext context)
    {
        var (kinds, ids) = (request.Kinds(), request.CameraIds());
        var cameras = new List<CameraFacts>();
        foreach (var id in ids ?? [])
        {
            var camera = await access.FindAsync(id, context);
            cameras.Add(camera is not null && NoticeRule.IsTheirs(caller, camera)
                ? camera
                : throw ApiException.NotFound("Camera does not exist"));
        }

        return new(new(caller, kinds, ids is null ? null : cameras), request.LastEventId);
    }
}

/// <summary>What a reader wants to hear.</summary>
/// <param name="Caller">Who it is.</param>
/// <param name="Kinds">Of which kinds; <see langword="null"/> for all.</param>
/// <param name="Cameras">Of which cameras; <see langword="null"/> for all that are theirs.</param>
internal sealed record EventWish(
    Caller Caller, IReadOnlyList<Storage.Catalog.NoticeKind>? Kinds, IReadOnlyList<CameraFacts>? Cameras)
{
    public bool Holds(ToldNotice notice) =>
        Kinds?.Contains(notice.Kind) != false && Cameras?.Any(camera => camera.Key == notice.CameraKey) != false;
}
