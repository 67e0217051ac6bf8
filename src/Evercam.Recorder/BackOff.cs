namespace Evercam.Recorder;

/// <summary>Asks a failing camera less and less often: 1, 2, 4 … seconds up to a bound, each time shortened by up to a half at
/// random so that cameras behind one dead router do not come back in step.</summary>
internal sealed class BackOff(TimeSpan longest)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private int failures;

    /// <summary>Before this moment the camera is left alone.</summary>
    public DateTimeOffset NotBefore { get; private set; } = DateTimeOffset.MinValue;

    /// <returns>Whether the camera was left alone until now.</returns>
    public bool Succeeded()
    {
        var wasLeftAlone = failures > 0;
        failures = 0;
        NotBefore = DateTimeOffset.MinValue;
        return wasLeftAlone;
    }

    /// <summary>No pause is longer than the longest: if one seems to be, the clock was set back.</summary>
    public void Bound(DateTimeOffset now) => NotBefore = NotBefore - now > longest ? now : NotBefore;

    /// <summary>Counts a failure.</summary>
    /// <param name="now">The time it happened.</param>
    /// <param name="jitter">From 0 to below 1.</param>
    public void Failed(DateTimeOffset now, double jitter)
    {
        var pause = Math.Min(longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Min(failures, 30)));
        failures++;
        NotBefore = now.AddSeconds(pause * (1 - (jitter / 2)));
    }
}
