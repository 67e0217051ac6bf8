namespace Evercam.Recorder;

/// <summary>Believes what is seen twice in a row.</summary>
internal sealed class Debounce
{
    private const int Enough = 2;

    private readonly Lock gate = new();
    private bool last;
    private DateTimeOffset since;
    private int times;

    /// <summary>Something was seen to be so, or not.</summary>
    /// <returns>Since when, at the second time in a row; else <see langword="null"/>.</returns>
    public DateTimeOffset? See(bool isSo, DateTimeOffset at)
    {
        lock (gate)
        {
            if (isSo != last || times == 0)
            {
                (last, since, times) = (isSo, at, 0);
            }

            times = Math.Min(times + 1, Enough + 1);
            return times == Enough ? since : null;
        }
    }
}
