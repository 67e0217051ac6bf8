using Evercam.Archive;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Evercam.Server.Snapshots;

/// <summary>The pictures of a day, one after the other. Each page shows one, and leads to those before and behind it; the script that
/// plays them asks for the same pages.</summary>
internal static class PlayerPages
{
    private const CameraRights Needed = CameraRights.List | CameraRights.View;
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    public static void MapPlayer(this IEndpointRouteBuilder pages) =>
        pages.MapGet("/cameras/{id}/pictures/{year}/{month}/{day}/play", ShowAsync)
            .ForCamera(access => (access.Stored & Needed) == Needed).Tells(ActivityKind.Browsed);

    private static async Task<IResult> ShowAsync(
        PlayRequest request, CameraAccess access, SnapshotArchive archive, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var (camera, zone) = (access.Camera, SnapshotCalendar.ZoneOf(access.Camera.Timezone));
        if (request.Day is not { Year: { } year, Month: { } month, Day: { } day } || day > CalendarSystem.Iso.GetDaysInMonth(year, month))
        {
            throw ApiException.NotFound();
        }

        var name = await db.Cameras.Where(c => c.Key == camera.Key).Select(c => c.Name).SingleOrDefaultAsync(cancellation)
            ?? throw ApiException.NotFound();
        var date = new LocalDate(year, month, day);
        var whole = SnapshotCalendar.DayOf(date, zone);
        var (begins, ends) = (whole.Begins, whole.Ends);
        var shown = await FindAsync(
            request.From ?? request.At ?? (request.Time is { } time ? MomentOf(date + time, zone, begins) : begins),
            isFirstFrom: request.From is not null);
        var (before, after) = shown is { } second ? await AroundAsync(second, ArchiveTime.Add(second, OneSecond)) : default;
        return Page.Show<PlayerPage>(new
        {
            Name = name,
            Date = date,
            Begins = begins,
            Ends = ends,
            Shown = shown,
            Previous = before,
            Next = after,
            Nonce = PageHeaders.LetScriptAsk(context.Response),
        });

        async Task<DateTimeOffset?> FindAsync(DateTimeOffset wanted, bool isFirstFrom)
        {
            wanted = wanted < begins ? begins : wanted > ends ? ends : wanted;
            var (before, after) = await AroundAsync(wanted, wanted);
            return before is null || after is null ? after ?? before
                : isFirstFrom || after - wanted <= wanted - before ? after : before;
        }

        // The seconds of the pictures next to a range, if they are of this day.
        async Task<(DateTimeOffset? Before, DateTimeOffset? After)> AroundAsync(DateTimeOffset from, DateTimeOffset to)
        {
            var (before, after) = await archive.FindAroundAsync(camera.Key, from, to, cancellation);
            foreach (var gap in whole.Gaps.Reverse().Where(gap => gap.From <= before && before < gap.To))
            {
                (before, _) = await archive.FindAroundAsync(camera.Key, gap.From, gap.From, cancellation);
            }

            foreach (var gap in whole.Gaps.Where(gap => gap.From <= after && after < gap.To))
            {
                (_, after) = await archive.FindAroundAsync(camera.Key, gap.To, gap.To, cancellation);
            }

            return (
                before >= begins && before > DateTimeOffset.MinValue ? ArchiveTime.SecondOf(before) : null,
                after < ends ? ArchiveTime.SecondOf(after.Value) : null);
        }
    }

    /// <summary>What the clock shows, the first time. At the ends of the calendar there may be no such moment.</summary>
    private static DateTimeOffset MomentOf(LocalDateTime local, DateTimeZone zone, DateTimeOffset begins) => local.Year is 1 or 9999
        ? ArchiveTime.Add(begins, TimeSpan.FromTicks(local.TickOfDay))
        : zone.ResolveLocal(local, SnapshotCalendar.FirstTime).ToInstant().ToDateTimeOffset();
}
