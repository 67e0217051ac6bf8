using Evercam.Archive;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Snapshots;

/// <summary>Pictures that are marked to be kept, whatever bounds their camera has and however full the disk is.</summary>
internal static class KeptEndpoints
{
    /// <summary>Taking a mark off needs what deleting does: the picture may go because of it.</summary>
    public static void MapKept(this IEndpointRouteBuilder snapshots)
    {
        snapshots.MapGet("/kept", ListAsync).NeedsStored(CameraRights.List).Tells(ActivityKind.Browsed);
        snapshots.MapPut("/{timestamp}/keep", KeepAsync).NeedsStored(CameraRights.Edit);
        snapshots.MapDelete("/{timestamp}/keep", ReleaseAsync).NeedsStored(CameraRights.Delete);
    }

    private static async Task<SnapshotsResult> ListAsync(
        KeptRequest request,
        CameraAccess access,
        SnapshotArchive archive,
        IOptions<SnapshotOptions> options,
        HttpResponse response,
        CancellationToken cancellation)
    {
        var range = request.Range;
        var limit = SnapshotRules.LimitOf(range.Limit, range.WithData, options.Value);
        var page = range.Start >= range.End
            ? []
            : await archive.ListKeptAsync(access.Camera.Key, range.Start, range.End, limit, cancellation);
        if (page.Count == limit)
        {
            response.Headers.Link = range.NextOf(limit, page[^1]);
        }

        return new SnapshotsResult(access.Camera, page, archive, CameraRights.List) { WithData = range.WithData, Kept = MomentsOf(page) };
    }

    private static async Task<SnapshotsResult> KeepAsync(
        SecondRequest request, CameraAccess access, KeptMarking marking, Actor actor, SnapshotArchive archive, CancellationToken cancellation)
    {
        await marking.MarkAsync(access.Camera, request.Second, keep: true, actor);

        // As everywhere, the newest picture of a second stands for it.
        var end = ArchiveTime.Add(request.Second, KeptMarking.OneSecond);
        var kept = await archive.ListKeptAsync(access.Camera.Key, request.Second, end, int.MaxValue, cancellation);
        return new SnapshotsResult(access.Camera, kept.TakeLast(1), archive, CameraRights.Edit) { Kept = MomentsOf(kept) };
    }

    private static async Task<Ok<Nothing>> ReleaseAsync(SecondRequest request, CameraAccess access, KeptMarking marking, Actor actor)
    {
        await marking.MarkAsync(access.Camera, request.Second, keep: false, actor);
        return TypedResults.Ok(Nothing.Instance);
    }

    /// <summary>When those of some pictures of a camera were taken that are marked to be kept.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="pictures">The pictures, ascending.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static async Task<IReadOnlySet<DateTimeOffset>> KeptAmongAsync(
        this SnapshotArchive archive, IReadOnlyList<Snapshot> pictures, CancellationToken cancellation)
    {
        if (pictures.Count == 0)
        {
            return MomentsOf([]);
        }

        var end = ArchiveTime.Add(pictures[^1].TakenAt, TimeSpan.FromMicroseconds(1));
        return MomentsOf(await archive.ListKeptAsync(
            pictures[0].CameraKey, pictures[0].TakenAt, end, int.MaxValue, cancellation));
    }

    private static HashSet<DateTimeOffset> MomentsOf(IEnumerable<Snapshot> pictures) => [.. pictures.Select(s => s.TakenAt)];
}
