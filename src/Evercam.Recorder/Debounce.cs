namespace Evercam.Recorder;

/// <summary>Believes what is seen twice in a row.</summary>
internal sealed class Debounce<T>
{
    private const int Enough = 2;

    private readonly Lock gate = new();
    private T? last;
    private DateTimeOffset since;
    private int times;

    /// <summary>Something was seen.</summary>
    /// <returns>Since when, at the second time in a row; else <see langword="null"/>.</returns>
    public DateTimeOffset? See(T seen, DateTimeOffset at)
    {
        lock (gate)
        {
            if (times == 0 || !EqualityComparer<T>.Default.Equals(seen, last))
            {
                (last, since, times) = (seen, at, 0);
            }

            times = Math.Min(times + 1, Enough + 1);
            return times == Enough ? since : null;
        }
    }
}
