using Evercam.Archive;

namespace Evercam.Storage.Index;

/// <summary>Moments as the index stores them: pictures by microsecond, packs by the Unix second that their hour begins at.</summary>
internal static class IndexTime
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long SecondsPerHour = 3_600;
    private const long MicrosecondsPerHour = SecondsPerHour * MicrosecondsPerSecond;

    /// <summary>The last microsecond at this moment or before.</summary>
    public static long AtOrBefore(DateTimeOffset moment) =>
        Floor(moment.UtcTicks, TimeSpan.TicksPerMicrosecond) - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>The first microsecond at this moment or after; for the last moment of the year 9999, one that no picture has.</summary>
    public static long AtOrAfter(DateTimeOffset moment) =>
        AtOrBefore(moment) + (moment.UtcTicks % TimeSpan.TicksPerMicrosecond == 0 ? 0 : 1);

    /// <summary>The hour of a microsecond, in Unix seconds.</summary>
    public static long HourOf(long microsecond) => Floor(microsecond, MicrosecondsPerHour) * SecondsPerHour;

    /// <summary>An hour in Unix seconds.</summary>
    public static long HourOf(DateTimeOffset hour) => hour.ToUnixTimeSeconds();

    /// <summary>The first hour that begins at this moment or after.</summary>
    public static long HourAtOrAfter(DateTimeOffset moment)
    {
        var first = AtOrAfter(moment);
        var hour = HourOf(first);
        return Start(hour) == first ? hour : hour + SecondsPerHour;
    }

    /// <summary>The microsecond that an hour begins at.</summary>
    public static long Start(long hour) => hour * MicrosecondsPerSecond;

    /// <summary>The microsecond that the next hour begins at.</summary>
    public static long End(long hour) => (hour + SecondsPerHour) * MicrosecondsPerSecond;

    /// <summary>The hour of a pack's name.</summary>
    public static PackName Pack(long cameraKey, long hour) => new(cameraKey, DateTimeOffset.FromUnixTimeSeconds(hour));

    /// <summary>Whole units, rounded down also before 1970.</summary>
    private static long Floor(long value, long unit) => (value / unit) - (value % unit < 0 ? 1 : 0);
}
