using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace Evercam.Bench.Processes;

/// <summary>What memory a server had since it was last asked for.</summary>
/// <param name="ResidentBytes">Resident memory, on average.</param>
/// <param name="HeapBytes">The least that objects took, which is what the garbage collector left of them.</param>
/// <param name="CommittedBytes">The most that the garbage collector had of the system.</param>
internal readonly record struct MemoryReading(double ResidentBytes, double HeapBytes, double CommittedBytes);

/// <summary>Looks at a server's memory every second: from outside, and through the counters of its runtime.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private const string Runtime = "System.Runtime";
    private const double Megabyte = 1_000_000;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock turn = new();
    private readonly List<double> resident = [];
    private readonly List<double> heap = [];
    private readonly List<double> committed = [];
    private readonly CancellationTokenSource stop = new();
    private readonly EventPipeSession session;
    private readonly Task listening;
    private readonly Task looking;

    private MemoryWatch(ServerProcess server, EventPipeSession session)
    {
        this.session = session;
        listening = Task.Factory.StartNew(Listen, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        looking = LookAsync(server);
    }

    public static MemoryWatch Start(ServerProcess server)
    {
        var counters = new Dictionary<string, string> { ["EventCounterIntervalSec"] = "1" };
        var provider = new EventPipeProvider(Runtime, EventLevel.Informational, (long)EventKeywords.All, counters);
        return new(server, new DiagnosticsClient(server.Id).StartEventPipeSession([provider], requestRundown: false));
    }

    /// <summary>What was seen since this was last called.</summary>
    public MemoryReading Take()
    {
        lock (turn)
        {
            var reading = new MemoryReading(
                resident.DefaultIfEmpty().Average(), heap.DefaultIfEmpty().Min(), committed.DefaultIfEmpty().Max());
            resident.Clear();
            heap.Clear();
            committed.Clear();
            return reading;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await looking;
        await session.StopAsync(CancellationToken.None);
        await listening;
        session.Dispose();
        stop.Dispose();
    }

    private async Task LookAsync(ServerProcess server)
    {
        using var timer = new PeriodicTimer(Second, TimeProvider.System);
        while (!stop.IsCancellationRequested)
        {
            Keep(resident, server.Usage.MemoryBytes);
            Task next = timer.WaitForNextTickAsync(stop.Token).AsTask();
            await next.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Listen()
    {
        using var source = new EventPipeEventSource(session.EventStream);
        source.Dynamic.All += Hear;
        source.Process();
    }

    private void Hear(TraceEvent told)
    {
        if (told is not { ProviderName: Runtime, EventName: "EventCounters" }
            || told.PayloadValue(0) is not IDictionary<string, object> { } outer
            || outer["Payload"] is not IDictionary<string, object> counter
            || !counter.TryGetValue("Mean", out var mean))
        {
            return;
        }

        var bytes = Convert.ToDouble(mean, CultureInfo.InvariantCulture) * Megabyte;
        switch (counter["Name"])
        {
            case "gc-heap-size":
                Keep(heap, bytes);
                break;
            case "gc-committed":
                Keep(committed, bytes);
                break;
            default:
                break;
        }
    }

    private void Keep(List<double> values, double bytes)
    {
        lock (turn)
        {
            values.Add(bytes);
        }
    }
}
