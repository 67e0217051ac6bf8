using System.Globalization;
using System.Runtime.CompilerServices;
using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Snapshots;

/// <summary>Stored pictures (contract 4.5, 9).</summary>
internal static class SnapshotEndpoints
{
    private const int StreamPage = 1_000;
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <summary>How long after its end a second may still be given a newer picture: recorded ones wait to be made durable together.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    public static void MapSnapshots(this IEndpointRouteBuilder api)
    {
        var snapshots = api.MapGroup("/cameras/{id}/snapshots");
        snapshots.MapGet("", ListAll).NeedsStored(CameraRights.List).Tells(ActivityKind.Browsed);
        snapshots.MapPost("", TakeAsync).NeedsGiven(CameraRights.Snapshot).Tells(ActivityKind.Captured);
        snapshots.MapGet("/latest", LatestAsync).NeedsStored(CameraRights.View).Tells(ActivityKind.Browsed);
        snapshots.MapGet("/latest.jpg", LatestPictureAsync).NeedsStored(CameraRights.View).Tells(ActivityKind.Browsed);
        snapshots.MapGet("/range", RangeAsync).NeedsStored(CameraRights.List).Tells(ActivityKind.Browsed);
        snapshots.MapGet("/{year}/{month}/days", DaysAsync).NeedsStored(CameraRights.List);
        snapshots.MapGet("/{year}/{month}/{day}/hours", HoursAsync).NeedsStored(CameraRights.List);
        snapshots.MapGet("/{timestamp}", NearestAsync).NeedsStored(CameraRights.View).Tells(ActivityKind.Browsed);
        snapshots.MapGet("/{timestamp}.jpg", NearestPictureAsync).NeedsStored(CameraRights.View).Tells(ActivityKind.Browsed);
        snapshots.MapPost("/{timestamp}", UploadAsync).TakesFile().NeedsGiven(CameraRights.Snapshot).Tells(ActivityKind.Uploaded);
        snapshots.MapDelete("/{timestamp}", DeleteAsync).NeedsStored(CameraRights.Delete);
        snapshots.MapKept();
    }

    private static SnapshotsResult ListAll(CameraAccess access, SnapshotArchive archive) =>
        new(access.Camera, AllAsync(access.Camera.Key, archive), archive, CameraRights.List);

    private static async Task<SnapshotsResult> TakeAsync(
        TakeRequest request, CameraAccess access, IGrainFactory grains)
    {
        SnapshotRules.Check(request.Notes);
        var result = await grains.GetGrain<IRecorder>(access.Camera.Key).TakeAsync(request.Notes);
        return Saved(access.Camera, result, request.Notes);
    }

    private static async Task<SnapshotsResult> LatestAsync(
        LatestRequest request, CameraAccess access, SnapshotArchive archive, CancellationToken cancellation)
    {
        var latest = await archive.FindLatestAsync(access.Camera.Key, cancellation);
        Snapshot[] found = latest is null ? [] : [latest];
        return new SnapshotsResult(access.Camera, found, archive, CameraRights.View)
        {
            WithData = request.WithData,
            Kept = request.WithKept ? await archive.KeptAmongAsync(found, cancellation) : null,
        };
    }

    private static async Task<PictureResult> LatestPictureAsync(
        LatestPictureRequest request, CameraAccess access, SnapshotArchive archive, CancellationToken cancellation)
    {
        var latest = await archive.FindLatestAsync(access.Camera.Key, cancellation) ?? throw NoSnapshot();
        return new PictureResult(archive, latest, isFinal: false, request.Width);
    }

    private static async Task<SnapshotsResult> RangeAsync(
        RangeRequest request,
        CameraAccess access,
        SnapshotArchive archive,
        IOptions<SnapshotOptions> options,
        HttpResponse response,
        CancellationToken cancellation)
    {
        var limit = SnapshotRules.LimitOf(request.Limit, request.WithData, options.Value);
        var skip = request.After is null ? SnapshotRules.SkipOf(request.Page, limit) : 0;
        var page = skip is null || request.Start >= request.End
            ? []
            : await archive.ListAsync(access.Camera.Key, request.Start, request.End, skip.Value, limit, cancellation);
        if (page.Count == limit)
        {
            response.Headers.Link = request.NextOf(limit, page[^1]);
        }

        return new SnapshotsResult(access.Camera, page, archive, CameraRights.List)
        {
            WithData = request.WithData,
            Kept = request.WithKept ? await archive.KeptAmongAsync(page, cancellation) : null,
        };
    }

    private static async Task<Ok<DaysResponse>> DaysAsync(
        MonthRequest request, CameraAccess access, SnapshotArchive archive, CancellationToken cancellation)
    {
        return TypedResults.Ok(new DaysResponse(
            await archive.DaysWithPicturesAsync(access.Camera, request.Year, request.Month, cancellation)));
    }

    private static async Task<Ok<HoursResponse>> HoursAsync(
        DayRequest request, CameraAccess access, SnapshotArchive archive, CancellationToken cancellation)
    {
        var (month, day) = (request.Month, request.Day);
        return TypedResults.Ok(new HoursResponse(
            await archive.HoursWithPicturesAsync(access.Camera, month.Year, month.Month, day, cancellation)));
    }

    private static async Task<SnapshotsResult> NearestAsync(
        NearestRequest request, CameraAccess access, SnapshotArchive archive, CancellationToken cancellation)
    {
        var nearest = await archive.FindNearestAsync(access.Camera.Key, request.Second, request.Within, cancellation)
            ?? throw NoSnapshot();
        if (request.WithData && !await archive.ExistsAsync(nearest, cancellation))
        {
            throw NoSnapshot();
        }

        return new SnapshotsResult(access.Camera, [nearest], archive, CameraRights.View)
        {
            WithData = request.WithData,
            Kept = request.WithKept ? await archive.KeptAmongAsync([nearest], cancellation) : null,
        };
    }

    private static async Task<PictureResult> NearestPictureAsync(
        NearestPictureRequest request,
        CameraAccess access,
        SnapshotArchive archive,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        var nearest = await archive.FindNearestAsync(access.Camera.Key, request.Second, request.Within, cancellation)
            ?? throw NoSnapshot();

        var isFinal = ArchiveTime.SecondOf(nearest.TakenAt) == request.Second
            && ArchiveTime.Add(request.Second, OneSecond + Settling) <= clock.GetUtcNow();
        return new PictureResult(archive, nearest, isFinal, request.Width);
    }

    private static async Task<SnapshotsResult> UploadAsync(UploadRequest request, CameraAccess access, IGrainFactory grains)
    {
        var type = SnapshotRules.TypeOf(request.Data, request.Notes);
        var picture = new BroughtPicture(request.Second, type.MediaType(), request.Data.Bytes, request.Notes);
        var result = await grains.GetGrain<IRecorder>(access.Camera.Key).SaveAsync(picture);
        return Saved(access.Camera, result, request.Notes);
    }

    private static async Task<Ok<Nothing>> DeleteAsync(
        SecondRequest request, CameraAccess access, Actor actor, IGrainFactory grains, ActivityLog log)
    {
        var end = ArchiveTime.Add(request.Second, OneSecond);
        var recorder = grains.GetGrain<IRecorder>(access.Camera.Key);
        var deleted = await recorder.DeleteAsync(request.Second, end, actor.UserKey) ?? throw ApiException.NoArchive();
        if (deleted == 0)
        {
            throw NoSnapshot();
        }

        var second = request.Second.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await log.KeepAsync(actor, ActivityKind.Erased, access.Camera.Key, second);
        return TypedResults.Ok(Nothing.Instance);
    }

    /// <summary>All pictures of a camera, fetched page by page: no transaction stays open however slowly the caller reads.</summary>
    private static async IAsyncEnumerable<Snapshot> AllAsync(
        long camera, SnapshotArchive archive, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var from = DateTimeOffset.MinValue;
        while (true)
        {
            var page = await archive.ListAsync(camera, from, DateTimeOffset.MaxValue, StreamPage, cancellation);
            foreach (var snapshot in page)
            {
                yield return snapshot;
            }

            if (page.Count < StreamPage)
            {
                yield break;
            }

            from = ArchiveTime.Add(page[^1].TakenAt, TimeSpan.FromMicroseconds(1));
        }
    }

    private static SnapshotsResult Saved(CameraFacts camera, SaveResult result, string? notes) => result.Outcome switch
    {
        SaveOutcome.Saved => new SnapshotsResult(camera, result.TakenAt, notes),
        SaveOutcome.NoPicture => throw CameraRefusal.Of(result.Fault),
        SaveOutcome.SecondOccupied => throw ApiException.BrokenRule("snapshot for this timestamp already exists"),
        SaveOutcome.CameraDeleted => throw ApiException.NotFound("Camera does not exist"),
        SaveOutcome.NoRoom => throw ApiException.NoRoom(),
        SaveOutcome.DiskFull => throw ApiException.Unavailable("The disk is full"),
        _ => throw ApiException.NoArchive(),
    };

    public static ApiException NoSnapshot() => ApiException.NotFound("Snapshot does not exist");
}
