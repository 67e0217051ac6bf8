namespace Evercam.Archive;

/// <summary>Says how much room must be made now so that the disk does not run full before the next looks.</summary>
/// <param name="clock">Tells how fast the disk fills.</param>
internal sealed class SpaceForecast(TimeProvider clock)
{
    /// <summary>For how long the room must suffice at the pace of the last seconds. Looks are about a second apart. However fast the
    /// disk fills, no more than the floor once again is asked for: a large file that someone puts beside the archive must not cost
    /// pictures while there is room.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(10);

    /// <summary>How long a disk may take to give back what was deleted: some free it in the background.</summary>
    private static readonly TimeSpan GivesBackWithin = TimeSpan.FromMinutes(1);

    /// <summary>How much the last second counts against those before it.</summary>
    private const double Smoothing = 0.3;

    private long? lastFree;
    private long lastLook;
    private long lastDeletion;
    private double bytesPerSecond;
    private long awaited;

    /// <summary>Takes a look.</summary>
    /// <param name="free">How many bytes are free now.</param>
    /// <returns>The same, with those that were deleted already and will soon be free.</returns>
    public long Look(long free)
    {
        Learn(free);
        return awaited > long.MaxValue - free ? long.MaxValue : free + awaited;
    }

    /// <summary>How much is missing, by the last look.</summary>
    /// <param name="floor">How many bytes are to stay free; 0 for no matter how many.</param>
    /// <param name="free">What the look answered with.</param>
    /// <returns>How many bytes; none if not positive.</returns>
    public long Missing(long floor, long free)
    {
        if (floor == 0)
        {
            return 0;
        }

        var wanted = (Int128)floor + (Int128)Math.Min(bytesPerSecond * Ahead.TotalSeconds, floor);
        return (long)Int128.Clamp(wanted - free, long.MinValue, long.MaxValue);
    }

    /// <summary>Packs were deleted after the last look.</summary>
    /// <param name="bytes">How many bytes they held.</param>
    /// <param name="free">How many bytes are free since.</param>
    public void Deleted(long bytes, long free)
    {
        awaited += Math.Max(0, bytes - Math.Max(0, free - (lastFree ?? free)));
        lastFree = free;
        lastDeletion = clock.GetTimestamp();
    }

    private void Learn(long free)
    {
        var seconds = clock.GetElapsedTime(lastLook).TotalSeconds;
        lastLook = clock.GetTimestamp();
        if (lastFree is { } before && seconds > 0)
        {
            var taken = Math.Max(0, before - free) / Math.Max(1, seconds);
            bytesPerSecond += Smoothing * (taken - bytesPerSecond);
            awaited -= Math.Min(awaited, Math.Max(0, free - before));
        }

        if (clock.GetElapsedTime(lastDeletion) > GivesBackWithin)
        {
            awaited = 0;
        }

        lastFree = free;
    }
}
