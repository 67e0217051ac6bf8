using Evercam.Archive;
using NodaTime;
using NodaTime.TimeZones;

namespace Evercam.Server.Snapshots;

/// <summary>Days and hours of a camera's time zone as ranges of UTC (contract 7.8, 7.9). Pure.</summary>
internal static class SnapshotCalendar
{
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);
    private static readonly LocalDate First = new(1, 1, 1);

    /// <summary>A day that begins twice begins the first time; one that has no midnight begins when the clock goes on.</summary>
    private static readonly ZoneLocalMappingResolver Beginning =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    /// <summary>The zone of an IANA name; UTC for a name that is none any more.</summary>
    public static DateTimeZone ZoneOf(string timezone) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(timezone) ?? DateTimeZone.Utc;

    /// <summary>What the clock of a zone shows at a moment. Beyond the first and the last day that there are, it stands still: pictures
    /// may be brought under every second of UTC, and at the ends of the calendar other zones have no day for them.</summary>
    public static LocalDateTime ClockAt(DateTimeOffset moment, DateTimeZone zone)
    {
        var offset = zone.GetUtcOffset(Instant.FromDateTimeOffset(moment)).Ticks;
        return LocalDateTime.FromDateTime(new(Math.Clamp(moment.UtcTicks + offset, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks)));
    }

    /// <summary>The days of a month, each with its range, which may be empty where a zone left a day out.</summary>
    public static IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> DaysOf(int year, int month, DateTimeZone zone)
    {
        var days = CalendarSystem.Iso.GetDaysInMonth(year, month);
        return [.. Enumerable.Range(1, days).Select(day => RangeOf(new LocalDate(year, month, day), zone))];
    }

    /// <summary>The pieces of a day, ascending, each with the hour that the clock shows. A repeated hour has two pieces, a skipped
    /// one none.</summary>
    public static IReadOnlyList<(int Hour, DateTimeOffset From, DateTimeOffset To)> HoursOf(
        int year, int month, int day, DateTimeZone zone)
    {
        var (from, to) = RangeOf(new LocalDate(year, month, day), zone);
        var pieces = new List<(int, DateTimeOffset, DateTimeOffset)>();
        while (from < to)
        {
            var interval = zone.GetZoneInterval(Instant.FromDateTimeOffset(from));
            var next = ArchiveTime.Add(from, RestOfHour(from.UtcTicks + interval.WallOffset.Ticks));
            next = interval.HasEnd && interval.End.ToDateTimeOffset() < next ? interval.End.ToDateTimeOffset() : next;
            next = next < to ? next : to;
            pieces.Add((ClockAt(from, zone).Hour, from, next));
            from = next;
        }

        return pieces;
    }

    /// <summary>How long the clock shows an hour from a moment of its own on, which may lie beyond the ends of the calendar.</summary>
    private static TimeSpan RestOfHour(long localTicks) =>
        localTicks > DateTime.MaxValue.Ticks ? OneDay
        : localTicks < 0 ? new(TimeSpan.TicksPerHour - localTicks)
        : new(TimeSpan.TicksPerHour - (localTicks % TimeSpan.TicksPerHour));

    /// <summary>The first day that there is has also what came before it, by the clock of its zone, and the last one what comes after it: there
    /// the clock stands still (<see cref="ClockAt"/>).</summary>
    private static (DateTimeOffset From, DateTimeOffset To) RangeOf(LocalDate day, DateTimeZone zone) => (
        day == First ? DateTimeOffset.MinValue : Start(day, zone),
        day == LocalDate.MaxIsoValue ? DateTimeOffset.MaxValue : Start(day.PlusDays(1), zone));

    /// <summary>The ends of the calendar may lie a few hours beyond the first and the last moment that there is in UTC.</summary>
    private static DateTimeOffset Start(LocalDate day, DateTimeZone zone)
    {
        var start = zone.ResolveLocal(day.AtMidnight(), Beginning).ToInstant();
        return start < Earliest ? DateTimeOffset.MinValue : start > Latest ? DateTimeOffset.MaxValue : start.ToDateTimeOffset();
    }

    private static Instant Earliest { get; } = Instant.FromDateTimeOffset(DateTimeOffset.MinValue);

    private static Instant Latest { get; } = Instant.FromDateTimeOffset(DateTimeOffset.MaxValue);
}
