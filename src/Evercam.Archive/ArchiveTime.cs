namespace Evercam.Archive;

/// <summary>The archive's clock arithmetic: UTC, whole microseconds.</summary>
public static class ArchiveTime
{
    /// <summary>Cuts a moment to whole microseconds, in UTC.</summary>
    public static DateTimeOffset ToMicrosecond(DateTimeOffset moment) =>
        Floor(moment, TimeSpan.TicksPerMicrosecond);

    /// <summary>Cuts a moment to the second it lies in, in UTC.</summary>
    public static DateTimeOffset SecondOf(DateTimeOffset moment) => Floor(moment, TimeSpan.TicksPerSecond);

    /// <summary>Cuts a moment to the hour it lies in, in UTC.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset moment) => Floor(moment, TimeSpan.TicksPerHour);

    /// <summary>Adds, and stops at the ends of year 1 and year 9999.</summary>
    public static DateTimeOffset Add(DateTimeOffset moment, TimeSpan span)
    {
        var room = DateTimeOffset.MaxValue.UtcTicks - moment.UtcTicks;
        return new(moment.UtcTicks + Math.Clamp(span.Ticks, -moment.UtcTicks, room), TimeSpan.Zero);
    }

    /// <summary>Microseconds since 1970-01-01T00:00:00Z, negative before: what the index stores.</summary>
    public static long ToUnixMicroseconds(this DateTimeOffset moment) =>
        (moment.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The moment that <see cref="ToUnixMicroseconds"/> wrote.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The moment lies outside the years 1 to 9999.</exception>
    public static DateTimeOffset FromUnixMicroseconds(long microseconds) =>
        new(DateTime.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private static DateTimeOffset Floor(DateTimeOffset moment, long unit) =>
        new(moment.UtcTicks / unit * unit, TimeSpan.Zero);
}
