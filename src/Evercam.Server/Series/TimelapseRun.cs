namespace Evercam.Server.Series;

/// <summary>A time-lapse that is being made.</summary>
internal sealed class TimelapseRun(string id, CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private readonly Lock gate = new();
    private readonly List<DateTimeOffset> shown = [];
    private int steps = 1;
    private int taken;

    public string Id => id;

    /// <summary>Ends when nobody wants it any more, or the server stops.</summary>
    public CancellationToken Over => over.Token;

    /// <summary>From 0 to 1.</summary>
    public double Progress => Math.Min(1, (double)Volatile.Read(ref taken) / Volatile.Read(ref steps));

    /// <summary>Whether a picture that it shows was deleted meanwhile.</summary>
    public bool IsSpoilt { get; private set; }

    /// <summary>When the pictures were taken that it shows, ascending.</summary>
    public IReadOnlyList<DateTimeOffset> Shown
    {
        get
        {
            lock (gate)
            {
                return [.. shown];
            }
        }
    }

    /// <summary>Says of how many steps it is made.</summary>
    public void Expect(int count) => Volatile.Write(ref steps, Math.Max(1, count));

    /// <summary>Says that one more of them was taken.</summary>
    public void Take() => Interlocked.Increment(ref taken);

    /// <summary>Says which picture it shows. To be said before the picture is read: of one that is deleted before, nothing is read.</summary>
    public void Show(DateTimeOffset takenAt)
    {
        lock (gate)
        {
            shown.Add(takenAt);
        }
    }

    /// <summary>Ends it; whoever says so need not wait for that.</summary>
    public void End() => _ = over.CancelAsync();

    /// <summary>The pictures of a range were deleted. If it shows one of them, it is not to be finished.</summary>
    public void Lose(DateTimeOffset from, DateTimeOffset to)
    {
        if (Shown.Any(moment => moment >= from && moment < to))
        {
            IsSpoilt = true;
            End();
        }
    }

    public void Dispose() => over.Dispose();
}
