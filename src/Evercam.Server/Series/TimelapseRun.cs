namespace Evercam.Server.Series;

/// <summary>A time-lapse that is being made.</summary>
internal sealed class TimelapseRun(string id, CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private int steps = 1;
    private int taken;

    public string Id => id;

    /// <summary>Ends when nobody wants it any more, or the server stops.</summary>
    public CancellationToken Over => over.Token;

    /// <summary>From 0 to 1.</summary>
    public double Progress => Math.Min(1, (double)Volatile.Read(ref taken) / Volatile.Read(ref steps));

    /// <summary>Says of how many steps it is made.</summary>
    public void Expect(int count) => Volatile.Write(ref steps, Math.Max(1, count));

    /// <summary>Says that one more of them was taken.</summary>
    public void Take() => Interlocked.Increment(ref taken);

    /// <summary>Ends it; whoever says so need not wait for that.</summary>
    public void End() => _ = over.CancelAsync();

    public void Dispose() => over.Dispose();
}
