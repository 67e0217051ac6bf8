using NodaTime;
using NodaTime.TimeZones;

namespace Evercam.Server.Series;

/// <summary>The moments of which a series wants pictures. Pure.</summary>
internal static class SeriesSteps
{
    /// <summary>After so many days all dates, days of the week and changes of clocks come again.</summary>
    private const int RoundDays = 146_097;

    /// <summary>The calendar ends with the year 9999, while clocks in the east show the next one, and steps lead on: from this year on, days
    /// are counted one round earlier.</summary>
    private const int LastYears = 9_990;

    private static readonly Duration Round = Duration.FromDays(RoundDays);

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
        var (first, last) = (Instant.FromDateTimeOffset(from), Instant.FromDateTimeOffset(to));
        var moments = first > last ? [] : step.KeepsToTheClock ? OnTheClock(first, last, step, at, zone) : Evenly(first, last, step);
        return moments.Select(moment => moment.ToDateTimeOffset());
    }

    private static IEnumerable<Instant> Evenly(Instant first, Instant last, Step step)
    {
        var length = Duration.FromTimeSpan(step.Length);
        yield return first;
        for (var moment = first; last - moment >= length;)
        {
            yield return moment += length;
        }
    }

    private static IEnumerable<Instant> OnTheClock(Instant first, Instant last, Step step, LocalTime? at, DateTimeZone zone)
    {
        var earlier = first.InUtc().Year >= LastYears ? Round : Duration.Zero;
        var clock = (first - earlier).InZone(zone).LocalDateTime;
        if (at is { } time)
        {
            clock = clock.Date + time;
            if (Resolve(clock) < first - earlier)
            {
                clock = clock.PlusDays(1);
            }
        }

        // The first moment is the one that was asked for, also where its time comes for the second time.
        Instant? previous = null;
        for (var next = at is null ? first - earlier : Resolve(clock); next <= last - earlier; next = Resolve(clock))
        {
            // Else the clock has left out a whole step.
            if (HasCome(clock) && (previous is null || next + earlier > previous))
            {
                previous = next + earlier;
                yield return previous.Value;
            }

            clock += step.IsOfDays ? Period.FromDays((int)step.Length.TotalDays) : Period.FromMinutes((long)step.Length.TotalMinutes);
            if (clock.Year >= LastYears)
            {
                (clock, earlier) = (clock.PlusDays(-RoundDays), earlier + Round);
            }
        }

        Instant Resolve(LocalDateTime shown) => zone.ResolveLocal(shown, Resolver).ToInstant();

        // A country that changes sides of the date line leaves out a day: nothing is wanted of that.
        bool HasCome(LocalDateTime shown) => zone.MapLocal(shown) is not
        {
            Count: 0,
            EarlyInterval.IsoLocalEnd: var left,
            LateInterval.IsoLocalStart: var entered,
        }
            || left > shown.Date.AtMidnight() || entered.Date <= shown.Date;
    }
}
