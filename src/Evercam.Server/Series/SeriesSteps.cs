using NodaTime;
using NodaTime.TimeZones;

namespace Evercam.Server.Series;

/// <summary>The moments of which a series wants pictures. Pure.</summary>
internal static class SeriesSteps
{
    /// <summary>Where series end, so that no step leads out of the calendar.</summary>
    private static readonly Instant Latest = Instant.FromUtc(9998, 12, 30, 0, 0);

    /// <summary>A time that comes twice is meant the first time; one that does not come, when the clock goes on.</summary>
    private static readonly ZoneLocalMappingResolver Resolver =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    /// <summary>From the first moment on, in steps, as long as they lie within the range; ascending.</summary>
    /// <param name="from">The first moment.</param>
    /// <param name="to">The last one.</param>
    /// <param name="step">How far apart.</param>
    /// <param name="at">For steps of days, the time of day; without it that of the first moment.</param>
    /// <param name="zone">The camera's.</param>
    public static IEnumerable<DateTimeOffset> Of(DateTimeOffset from, DateTimeOffset to, Step step, LocalTime? at, DateTimeZone zone)
    {
        var (first, last) = (Instant.FromDateTimeOffset(from), Instant.Min(Instant.FromDateTimeOffset(to), Latest));
        var moments = first > last ? [] : step.KeepsToTheClock ? OnTheClock(first, step, at, zone) : Evenly(first, step);
        return moments.TakeWhile(moment => moment <= last).Select(moment => moment.ToDateTimeOffset());
    }

    private static IEnumerable<Instant> Evenly(Instant first, Step step)
    {
        var length = Duration.FromTimeSpan(step.Length);
        for (var moment = first; ; moment += length)
        {
            yield return moment;
        }
    }

    private static IEnumerable<Instant> OnTheClock(Instant first, Step step, LocalTime? at, DateTimeZone zone)
    {
        var begin = first.InZone(zone).LocalDateTime;
        if (at is { } time)
        {
            begin = begin.Date + time;
            if (zone.ResolveLocal(begin, Resolver).ToInstant() < first)
            {
                begin = begin.PlusDays(1);
            }
        }

        // The first moment is the one that was asked for, also where its time comes for the second time.
        var previous = at is null ? first : zone.ResolveLocal(begin, Resolver).ToInstant();
        yield return previous;
        while (true)
        {
            begin += step.IsOfDays ? Period.FromDays((int)step.Length.TotalDays) : Period.FromMinutes((long)step.Length.TotalMinutes);
            var next = zone.ResolveLocal(begin, Resolver).ToInstant();
            if (next > previous)
            {
                // Else the clock has left out a whole step.
                yield return previous = next;
            }
        }
    }
}
