using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>Who is asked, for what, and what it cost.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Path">Lua that makes a path of the number <c>second</c>.</param>
/// <param name="Header">A header to send, as <c>Name: value</c>, or <see langword="null"/>.</param>
/// <param name="Usage">What its process used so far.</param>
internal sealed record Target(string Name, Uri Address, string Path, string? Header, Func<Usage> Usage)
{
    /// <summary>The just-in-time compiler compiles what is called often once more, and takes a tenth of the processor while it does.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    public List<(Load Load, TimeSpan Processor)> Runs { get; } = [];

    public double Rate => Requests / Runs.Sum(run => run.Load.Time.TotalSeconds);

    public TimeSpan PerRequest => TimeSpan.FromSeconds(Runs.Sum(run => run.Processor.TotalSeconds) / Requests);

    public double Requests => Math.Max(1, Runs.Sum(run => run.Load.Requests));

    public TimeSpan Median => TimeSpan.FromTicks((long)Runs.Average(run => run.Load.Median.Ticks));

    public TimeSpan P99 => Runs.Max(run => run.Load.P99);

    public double BytesEach => Runs.Sum(run => run.Load.Bytes) / Requests;

    public long Errors => Runs.Sum(run => run.Load.Errors);

    /// <summary>Loads the targets in turns, round by round, after a round that does not count.</summary>
    /// <param name="targets">Whom.</param>
    /// <param name="rounds">How often each.</param>
    /// <param name="time">How long, each time.</param>
    /// <param name="load">Asks one for some time.</param>
    public static async Task MeasureAsync(
        IReadOnlyList<Target> targets, int rounds, TimeSpan time, Func<Target, TimeSpan, Task<Load>> load)
    {
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var target in targets)
            {
                await Machine.TellAsync(round == 0 ? $"{target.Name}, warming up" : $"{target.Name}, round {round}");
                var before = target.Usage().Processor;
                var met = await load(target, round == 0 ? WarmUp : time);
                if (round > 0)
                {
                    target.Runs.Add((met, target.Usage().Processor - before));
                }
            }
        }
    }
}
