using System.Globalization;
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

    /// <summary>From where to where in an hour one can jump.</summary>
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

        var row = await db.Cameras.Where(c => c.Key == camera.Key).Select(c => new { c.Name, c.CreatedAt }).SingleOrDefaultAsync(cancellation)
            ?? throw ApiException.NotFound();
        var shown = request.Day is { } date ? SnapshotCalendar.DayOf(new(year, month, date), zone) : null;
        var pieces = request is { Day: { } day, Hour: { } wanted } ? PiecesOf(year, month, day, wanted, zone) : [];
        var pictures = pieces is [var (from, _), ..]
            ? await archive.ListSecondsAsync(camera, pieces, Start(request, from), PageLength + 1, cancellation)
            : [];
        var last = pictures is [.., _] ? EndOf(pictures[Math.Min(pictures.Count, PageLength) - 1]) : (DateTimeOffset?)null;
        return Page.Show<PicturesPage>(new
        {
            row.Name,
            Added = row.CreatedAt,
            IsEmpty = latest is null,
            Year = year,
            Month = month,
            request.Day,
            request.Hour,
            Days = await archive.DaysWithPicturesAsync(camera, year, month, cancellation),
            KnownDays = await DayCoverage.KnownDaysAsync(db, camera, year, month, clock.GetUtcNow(), cancellation),
            Begins = shown?.Begins.ToUnixTimeSeconds() ?? 0,
            Ends = shown?.Ends.ToUnixTimeSeconds() ?? 0,
            Coverage = shown is null ? [] : await DayCoverage.ReadAsync(db, camera.Key, shown, clock.GetUtcNow(), cancellation),
            Hours = request.Day is { } chosen ? await archive.FirstOfHoursAsync(camera, year, month, chosen, cancellation) : [],
            Jumps = await JumpsAsync(archive, camera, pieces, zone, cancellation),
            Kept = last is { } end
                ? (await archive.ListKeptAsync(camera.Key, ArchiveTime.SecondOf(pictures[0].TakenAt), end, int.MaxValue, cancellation))
                    .Select(picture => ArchiveTime.SecondOf(picture.TakenAt)).ToHashSet()
                : [],
            MayKeep = access.Stored.HasFlag(MayKeep),
            MayRelease = access.Stored.HasFlag(MayRelease),
            Pictures = pictures.Take(PageLength).Select(picture => ArchiveTime.SecondOf(picture.TakenAt)).ToList(),
            Next = pictures.Count > PageLength && last is { } shownTo ? ArchiveTime.Add(shownTo, TimeSpan.FromMicroseconds(-1)) : (DateTimeOffset?)null,
        });
    }

    /// <summary>Where the second of a picture ends.</summary>
    private static DateTimeOffset EndOf(Snapshot picture) => ArchiveTime.Add(ArchiveTime.SecondOf(picture.TakenAt), TimeSpan.FromSeconds(1));

    /// <summary>The pieces of an hour that the clock shows: two if it shows it twice, none if it never does.</summary>
    private static IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> PiecesOf(int year, int month, int day, int hour, DateTimeZone zone) =>
        [.. SnapshotCalendar.HoursOf(year, month, day, zone).Where(piece => piece.Hour == hour).Select(piece => (piece.From, piece.To))];

    /// <summary>Where in the hour the page begins.</summary>
    private static DateTimeOffset Start(PicturesRequest request, DateTimeOffset from) => request switch
    {
        { After: { } after } when after >= from => ArchiveTime.Add(ArchiveTime.ToMicrosecond(after), TimeSpan.FromMicroseconds(1)),
        { Minute: { } minute } => ArchiveTime.Add(from, TimeSpan.FromMinutes(minute)),
        _ => from,
    };

    /// <summary>The moments of an hour to jump to: those from which on there are pictures.</summary>
    /// <returns>For each how many minutes after the beginning of the hour it is, and what the clock shows then.</returns>
    private static async Task<IReadOnlyList<(int Minute, string Clock)>> JumpsAsync(
        SnapshotArchive archive,
        CameraFacts camera,
        IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> pieces,
        DateTimeZone zone,
        CancellationToken cancellation)
    {
        List<(DateTimeOffset From, DateTimeOffset To, bool IsAgain)> parts = [];
        foreach (var (turn, piece) in pieces.Index())
        {
            for (var begin = piece.From; begin < piece.To; begin = ArchiveTime.Add(begin, Jump))
            {
                var end = ArchiveTime.Add(begin, Jump);
                parts.Add((begin, end < piece.To ? end : piece.To, turn > 0));
            }
        }

        var any = await archive.AnyAsync(camera.Key, [.. parts.Select(part => (part.From, part.To))], cancellation);
        return [.. parts.Zip(any).Where(part => part.Second).Select(part => part.First).Select(part => (
            (int)(part.From - pieces[0].From).TotalMinutes,
            string.Create(CultureInfo.InvariantCulture, $"{SnapshotCalendar.ClockAt(part.From, zone):HH:mm}{(part.IsAgain ? " again" : "")}")))];
    }
}
