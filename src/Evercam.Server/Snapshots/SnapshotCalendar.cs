using Evercam.Archive;
using NodaTime;
using NodaTime.TimeZones;

namespace Evercam.Server.Snapshots;

/// <summary>Days and hours of a camera's time zone as ranges of UTC (contract 7.8, 7.9). Pure.</summary>
internal static class SnapshotCalendar
{
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);
    private static readonly LocalDate First = new(1, 1, 1);

    /// <summary>A time that the clock shows twice is the first one; one that it leaves out is when it goes on, so that a day without a midnight
    /// begins then.</summary>
    public static readonly ZoneLocalMappingResolver FirstTime =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    private static readonly ZoneLocalMappingResolver LastTime =
        Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnStartOfIntervalAfter);

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

    /// <summary>The days of a month.</summary>
    public static IReadOnlyList<ClockDay> DaysOf(int year, int month, DateTimeZone zone)
    {
        var days = CalendarSystem.Iso.GetDaysInMonth(year, month);
        return [.. Enumerable.Range(1, days).Select(day => DayOf(new LocalDate(year, month, day), zone))];
    }

    /// <summary>All that has a date by the clock of a zone.</summary>
    public static ClockDay DayOf(LocalDate day, DateTimeZone zone)
    {
        var (from, to) = (Start(day, zone, FirstTime), End(day, zone, LastTime));

        // Where a clock is set back over midnight, the evening comes again after the next day has begun.
        var isWhole = from == Start(day, zone, LastTime) && to == End(day, zone, FirstTime);
        return new(isWhole ? [(from, to)] : PiecesOf(day, from, to, zone));
    }

    /// <summary>The pieces of a day, ascending, each with the hour that the clock shows. A repeated hour has two pieces, a skipped
    /// one none.</summary>
    public static IReadOnlyList<(int Hour, DateTimeOffset From, DateTimeOffset To)> HoursOf(
        int year, int month, int day, DateTimeZone zone)
    {
        var pieces = new List<(int, DateTimeOffset, DateTimeOffset)>();
        foreach (var (from, to) in DayOf(new LocalDate(year, month, day), zone).Pieces)
        {
            for (var begin = from; begin < to;)
            {
                var end = EndOfHour(begin, to, zone);
                pieces.Add((ClockAt(begin, zone).Hour, begin, end));
                begin = end;
            }
        }

        return pieces;
    }

    /// <summary>Of a range, what has a date.</summary>
    private static List<(DateTimeOffset From, DateTimeOffset To)> PiecesOf(
        LocalDate day, DateTimeOffset from, DateTimeOffset to, DateTimeZone zone)
    {
        var pieces = new List<(DateTimeOffset From, DateTimeOffset To)>();
        for (var begin = from; begin < to;)
        {
            var end = EndOfHour(begin, to, zone);
            if (ClockAt(begin, zone).Date == day)
            {
                var goesOn = pieces.Count > 0 && pieces[^1].To == begin;
                pieces = goesOn ? [.. pieces[..^1], (pieces[^1].From, end)] : [.. pieces, (begin, end)];
            }

            begin = end;
        }

        return pieces;
    }

    /// <summary>Until when the clock, from a moment on, shows one and the same hour without being set.</summary>
    private static DateTimeOffset EndOfHour(DateTimeOffset begin, DateTimeOffset to, DateTimeZone zone)
    {
        var interval = zone.GetZoneInterval(Instant.FromDateTimeOffset(begin));
        var end = ArchiveTime.Add(begin, RestOfHour(begin.UtcTicks + interval.WallOffset.Ticks));
        end = interval.HasEnd && interval.End.ToDateTimeOffset() < end ? interval.End.ToDateTimeOffset() : end;
        return end < to ? end : to;
    }

    /// <summary>How long the clock shows an hour from a moment of its own on, which may lie beyond the ends of the calendar.</summary>
    private static TimeSpan RestOfHour(long localTicks) =>
        localTicks > DateTime.MaxValue.Ticks ? OneDay
        : localTicks < 0 ? new(TimeSpan.TicksPerHour - localTicks)
        : new(TimeSpan.TicksPerHour - (localTicks % TimeSpan.TicksPerHour));

    /// <summary>The first day that there is has also what came before it, by the clock of its zone, and the last one what comes after it: there
    /// the clock stands still (<see cref="ClockAt"/>).</summary>
    private static DateTimeOffset Start(LocalDate day, DateTimeZone zone, ZoneLocalMappingResolver midnight) =>
        day == First ? DateTimeOffset.MinValue : Midnight(day, zone, midnight);

    private static DateTimeOffset End(LocalDate day, DateTimeZone zone, ZoneLocalMappingResolver midnight) =>
        day == LocalDate.MaxIsoValue ? DateTimeOffset.MaxValue : Midnight(day.PlusDays(1), zone, midnight);

    /// <summary>The ends of the calendar may lie a few hours beyond the first and the last moment that there is in UTC.</summary>
    private static DateTimeOffset Midnight(LocalDate day, DateTimeZone zone, ZoneLocalMappingResolver resolver)
    {
        var start = zone.ResolveLocal(day.AtMidnight(), resolver).ToInstant();
        return start < Earliest ? DateTimeOffset.MinValue : start > Latest ? DateTimeOffset.MaxValue : start.ToDateTimeOffset();
    }

    private static Instant Earliest { get; } = Instant.FromDateTimeOffset(DateTimeOffset.MinValue);

    private static Instant Latest { get; } = Instant.FromDateTimeOffset(DateTimeOffset.MaxValue);
}
