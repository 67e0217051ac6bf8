using System.Diagnostics;

namespace Evercam.Bench;

/// <summary>How often something was done, how long each took, and how often it failed.</summary>
internal sealed class Tally(string name)
{
    private readonly Lock turn = new();
    private readonly List<TimeSpan> times = [];
    private int errors;

    public string Name => name;

    public int Done
    {
        get
        {
            lock (turn)
            {
                return times.Count;
            }
        }
    }

    public int Errors => Volatile.Read(ref errors);

    /// <summary>Does it once. What fails is counted apart, and the first failure is told.</summary>
    public async Task TryAsync(Func<CancellationToken, Task> deed, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await deed(cancellation);
            lock (turn)
            {
                times.Add(Stopwatch.GetElapsedTime(began));
            }
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested
            && failure is HttpRequestException or IOException or OperationCanceledException)
        {
            if (Interlocked.Increment(ref errors) == 1)
            {
                await Machine.TellAsync($"{name}: {failure.Message}");
            }
        }
    }

    /// <summary>How long it took at most, for such a share of all that were done.</summary>
    public TimeSpan Quantile(double share)
    {
        lock (turn)
        {
            times.Sort();
            return times.Count == 0 ? TimeSpan.Zero : times[(int)(share * (times.Count - 1))];
        }
    }
}
