using System.Collections.Concurrent;
using System.Threading.Channels;
using Evercam.Archive;
using Microsoft.Extensions.Logging;

namespace Evercam.Storage.S3;

/// <summary>Merges finished packs one after the other, beside everything else. What fails or is interrupted stays open, and comes again
/// with the next round of the upkeep.</summary>
internal sealed partial class Merger(Action<BucketPack, int> merged, ILogger log) : IAsyncDisposable
{
    private const int Workers = 2;

    private readonly Channel<(BucketPack Pack, int Openings)> queue = Channel.CreateUnbounded<(BucketPack, int)>();
    private readonly ConcurrentDictionary<PackName, BucketPack> waiting = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> workers = [];

    /// <summary>How many packs wait or are being merged.</summary>
    public int Count => waiting.Count;

    public bool Has(PackName pack) => waiting.ContainsKey(pack);

    /// <param name="pack">The pack.</param>
    /// <param name="openings">How often it had been opened when it was finished.</param>
    public void Add(BucketPack pack, int openings)
    {
        lock (workers)
        {
            while (workers.Count < Workers)
            {
                workers.Add(Task.Run(RunAsync));
            }
        }

        if (waiting.TryAdd(pack.Name, pack))
        {
            queue.Writer.TryWrite((pack, openings));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(workers);
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var (pack, openings) in queue.Reader.ReadAllAsync(stopping.Token))
            {
                await MergeAsync(pack, openings);
            }
        }
        catch (OperationCanceledException)
        {
            // The store is closed: the next start finds them open.
        }
    }

    private async Task MergeAsync(BucketPack pack, int openings)
    {
        try
        {
            if (await pack.MergeAsync(stopping.Token))
            {
                merged(pack, openings);
            }
        }
#pragma warning disable CA1031 // One pack in trouble must not hold up the others.
        catch (Exception reason) when (reason is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotMerged(pack.Name, reason);
        }
        finally
        {
            waiting.TryRemove(pack.Name, out _);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The parts of pack {Pack} were not merged; it will be tried again")]
    private partial void LogNotMerged(PackName pack, Exception reason);
}
