using Evercam.Archive;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Server.Snapshots;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Evercam.Server.Series;

/// <summary>Ordering time-lapses with a browser, and fetching them.</summary>
internal static class TimelapsePages
{
    private const CameraRights Needed = CameraRights.List | CameraRights.View;

    public static void MapTimelapsePages(this IEndpointRouteBuilder pages)
    {
        const string path = "/cameras/{id}/timelapses";
        pages.MapGet(path, ShowAsync).ForCamera(access => (access.Stored & Needed) == Needed);
        pages.MapPost(path, AnswerAsync).ForCamera(access => (access.Stored & Needed) == Needed).Tells(ActivityKind.Browsed);
    }

    private static async Task<IResult> ShowAsync(
        DayQuery query, CameraAccess access, Actor actor, Timelapses timelapses, SnapshotArchive archive, EvercamDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var latest = await archive.FindLatestAsync(access.Camera.Key, cancellation);
        var day = SnapshotCalendar.ClockAt(latest?.TakenAt ?? clock.GetUtcNow(), SnapshotCalendar.ZoneOf(access.Camera.Timezone)).Date;
        var proposed = query.Day is { } wanted ? TimelapseForm.Of(wanted) : TimelapseForm.Upto(day);
        return await RenderAsync(access, actor, timelapses, db, proposed, FormRefusal.None, cancellation);
    }

    private static async Task<IResult> AnswerAsync(
        TimelapseForm form,
        CameraAccess access,
        Actor actor,
        Timelapses timelapses,
        VideoMaker maker,
        IOptions<SeriesOptions> options,
        EvercamDb db,
        CancellationToken cancellation)
    {
        if (form.Delete.Length > 0)
        {
            if (timelapses.Find(form.Delete, TimelapseView.Of(access, actor)) is { } unwanted)
            {
                timelapses.Delete(unwanted.Id);
            }
        }
        else if (await TryOrderAsync(form, access, actor, timelapses, maker, options.Value, cancellation) is { } refusal)
        {
            return await RenderAsync(access, actor, timelapses, db, form, refusal, cancellation);
        }

        return TypedResults.Redirect($"/cameras/{access.Camera.Id}/timelapses");
    }

    /// <returns>Why it was refused; <see langword="null"/> if it was not.</returns>
    private static async Task<FormRefusal?> TryOrderAsync(
        TimelapseForm form, CameraAccess access, Actor actor, Timelapses timelapses, VideoMaker maker, SeriesOptions options, CancellationToken cancellation)
    {
        var problems = new Dictionary<string, string>();
        var order = form.Read(SnapshotCalendar.ZoneOf(access.Camera.Timezone), problems);
        if (problems.Count > 0)
        {
            return new(StatusCodes.Status400BadRequest, null, problems);
        }

        try
        {
            SeriesRules.Check(order, access.Camera, options);
            await maker.TryAsync(cancellation);
            timelapses.Order(access.Camera.Key, order, actor);
            return null;
        }
        catch (ApiException refusal)
        {
            TimelapseWords.Explain(refusal, problems);
            return new(refusal.Status, TimelapseWords.Of(refusal), problems);
        }
    }

    private static async Task<IResult> RenderAsync(
        CameraAccess access, Actor actor, Timelapses timelapses, EvercamDb db, TimelapseForm form, FormRefusal refusal, CancellationToken cancellation)
    {
        var (key, zone) = (access.Camera.Key, SnapshotCalendar.ZoneOf(access.Camera.Timezone));
        var name = await db.Cameras.Where(camera => camera.Key == key).Select(camera => camera.Name).SingleOrDefaultAsync(cancellation)
            ?? throw ApiException.NotFound();
        var seen = timelapses.List(TimelapseView.Of(access, actor), TimelapsesRequest.First);
        var names = await TimelapseNames.FindAsync(db, seen, cancellation);
        return Page.Show<TimelapsesPage>(new
        {
            Name = name,
            Made = seen.Select(one => Show(one, zone, timelapses.ProgressOf(one), one.By == Orderer.Of(actor) ? null : NameOf(one))).ToList(),
            form.Typed,
            refusal.Problems,
            refusal.Problem,
        }, refusal.Status);

        string NameOf(Timelapse one) => names.GetValueOrDefault(one.UserKey ?? 0) ?? "an application";
    }

    private static (string Id, string Title, string State, double? Progress, bool IsDone) Show(
        Timelapse one, DateTimeZone zone, double progress, string? whose) => (
        one.Id,
        TimelapseWords.Of(one.Order, zone),
        whose is null ? TimelapseWords.Of(one, progress) : $"{TimelapseWords.Of(one, progress)} · ordered by {whose}",
        one.EndedAt is null ? progress : null,
        one.Status == TimelapseStatus.Done);
}
