using Evercam.Archive;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Evercam.Server.Snapshots;

/// <summary>Looking through a camera's kept pictures with a browser: by month, day and hour of its own clock.</summary>
internal static class PicturePages
{
    private const CameraRights Needed = CameraRights.List | CameraRights.View;
    private const CameraRights MayKeep = CameraRights.Edit;
    private const CameraRights MayRelease = CameraRights.Delete;

    /// <summary>How many pictures a page shows.</summary>
    private const int PageLength = 24;

    /// <summary>Into how many parts of an hour one can jump.</summary>
    private static readonly TimeSpan Jump = TimeSpan.FromMinutes(5);

    public static void MapPictures(this IEndpointRouteBuilder pages)
    {
        const string root = "/cameras/{id}/pictures";
        foreach (var path in new[] { root, root + "/{year}/{month}", root + "/{year}/{month}/{day}", root + "/{year}/{month}/{day}/{hour}" })
        {
            pages.MapGet(path, ShowAsync).ForCamera(access => (access.Stored & Needed) == Needed).Tells(ActivityKind.Browsed);
        }

        pages.MapPost(root + "/{year}/{month}/{day}/{hour}", MarkAsync).ForCamera(access => (access.Stored & (MayKeep | MayRelease)) != 0);
    }

    /// <summary>Keeps a picture, or no longer, and shows the same page again.</summary>
    private static async Task<RedirectHttpResult> MarkAsync(
        KeepForm form, CameraAccess access, KeptMarking marking, Actor actor, HttpRequest request)
    {
        if (!access.Stored.HasFlag(form.Keep ? MayKeep : MayRelease))
        {
            throw ApiException.Forbidden("This camera is not yours, and its owner has not allowed you this.");
        }

        await marking.MarkAsync(access.Camera, form.Second, form.Keep, actor);
        return TypedResults.Redirect(FormattableString.Invariant($"{request.GetEncodedPathAndQuery()}#at-{form.Second.ToUnixTimeSeconds()}"));
    }

    private static async Task<IResult> ShowAsync(
        PicturesRequest request, CameraAccess access, SnapshotArchive archive, EvercamDb db, TimeProvider clock, CancellationToken cancellation)
    {
        var (camera, zone) = (access.Camera, SnapshotCalendar.ZoneOf(access.Camera.Timezone));
        var latest = await archive.FindLatestAsync(camera.Key, cancellation);
        if (request.Year is null && latest is not null)
        {
            var then = SnapshotCalendar.ClockAt(latest.TakenAt, zone);
            return TypedResults.Redirect(
                FormattableString.Invariant($"/cameras/{camera.Id}/pictures/{then.Year}/{then.Month}/{then.Day}/{then.Hour}"));
        }

        var today = SnapshotCalendar.ClockAt(clock.GetUtcNow(), zone);
        var (year, month) = (request.Year ?? today.Year, request.Month ?? today.Month);
        if (request.Day > CalendarSystem.Iso.GetDaysInMonth(year, month))
        {
            throw ApiException.NotFound();
        }

        var name = await db.Cameras.Where(c => c.Key == camera.Key).Select(c => c.Name).SingleOrDefaultAsync(cancellation)
            ?? throw ApiException.NotFound();
        var (begins, ends) = request.Day is { } date ? SecondsOf(SnapshotCalendar.DaysOf(year, month, zone)[date - 1]) : default;
        var hour = request is { Day: { } day, Hour: { } wanted } ? HourOf(year, month, day, wanted, zone) : null;
        var pictures = hour is var (from, to) ? await archive.ListAsync(camera.Key, Start(request, from), to, PageLength + 1, cancellation) : [];
        return Page.Show<PicturesPage>(new
        {
            Name = name,
            IsEmpty = latest is null,
            Year = year,
            Month = month,
            request.Day,
            request.Hour,
            Days = await archive.DaysWithPicturesAsync(camera, year, month, cancellation),
            KnownDays = await DayCoverage.KnownDaysAsync(db, camera, year, month, clock.GetUtcNow(), cancellation),
            Begins = begins,
            Ends = ends,
            Coverage = await DayCoverage.ReadAsync(db, camera.Key, begins, ends, clock.GetUtcNow(), cancellation),
            Hours = request.Day is { } chosen ? await archive.FirstOfHoursAsync(camera, year, month, chosen, cancellation) : [],
            Minutes = hour is { } whole ? await MinutesAsync(archive, camera, whole.From, whole.To, cancellation) : [],
            Kept = (await archive.KeptAmongAsync(pictures, cancellation)).Select(ArchiveTime.SecondOf).ToHashSet(),
            MayKeep = access.Stored.HasFlag(MayKeep),
            MayRelease = access.Stored.HasFlag(MayRelease),
            Pictures = pictures.Take(PageLength).Select(picture => ArchiveTime.SecondOf(picture.TakenAt)).Distinct().ToList(),
            Next = pictures.Count > PageLength ? pictures[PageLength - 1].TakenAt : (DateTimeOffset?)null,
        });
    }

    private static (long From, long To) SecondsOf((DateTimeOffset From, DateTimeOffset To) range) =>
        (range.From.ToUnixTimeSeconds(), range.To.ToUnixTimeSeconds());

    /// <summary>The range of an hour that the clock shows, both times if it shows it twice; <see langword="null"/> if it never does.</summary>
    private static (DateTimeOffset From, DateTimeOffset To)? HourOf(int year, int month, int day, int hour, DateTimeZone zone)
    {
        var pieces = SnapshotCalendar.HoursOf(year, month, day, zone).Where(piece => piece.Hour == hour).ToList();
        return pieces.Count == 0 ? null : (pieces[0].From, pieces[^1].To);
    }

    /// <summary>Where in the hour the page begins.</summary>
    private static DateTimeOffset Start(PicturesRequest request, DateTimeOffset from) => request switch
    {
        { After: { } after } when after >= from => ArchiveTime.Add(ArchiveTime.ToMicrosecond(after), TimeSpan.FromMicroseconds(1)),
        { Minute: { } minute } => ArchiveTime.Add(from, TimeSpan.FromMinutes(minute)),
        _ => from,
    };

    /// <summary>The minutes of an hour to jump to: those from which on there are pictures.</summary>
    private static async Task<IReadOnlyList<int>> MinutesAsync(
        SnapshotArchive archive, CameraFacts camera, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        List<(DateTimeOffset From, DateTimeOffset To)> parts = [];
        for (var begin = from; begin < to && parts.Count < 12; begin = ArchiveTime.Add(begin, Jump))
        {
            parts.Add((begin, ArchiveTime.Add(begin, Jump)));
        }

        var any = await archive.AnyAsync(camera.Key, parts, cancellation);
        return [.. any.Index().Where(part => part.Item).Select(part => part.Index * (int)Jump.TotalMinutes)];
    }
}
