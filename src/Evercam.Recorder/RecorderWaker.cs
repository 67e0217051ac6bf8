using System.Collections.Concurrent;
using Evercam.Storage;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>Wakes recorders, many at once.</summary>
internal sealed partial class RecorderWaker(IGrainFactory grains, ILogger<RecorderWaker> log)
{
    private const int AtOnce = 32;

    private bool isTold;

    /// <returns>Those that could not be woken: one in trouble must not keep the others asleep.</returns>
    public async Task<List<long>> WakeAsync(IReadOnlyCollection<long> keys, CancellationToken cancellation)
    {
        var left = new ConcurrentBag<long>();
        var reasons = new ConcurrentBag<Exception>();
        await Parallel.ForEachAsync(
            keys,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (key, _) =>
            {
                try
                {
                    await grains.GetGrain<IRecorder>(key).ReloadAsync();
                }
#pragma warning disable CA1031 // Whatever it is, it is tried again.
                catch (Exception reason)
#pragma warning restore CA1031
                {
                    left.Add(key);
                    reasons.Add(reason);
                }
            });
        Tell(left.Count, reasons.FirstOrDefault(reason => !reason.IsDatabaseAway()));
        return [.. left];
    }

    /// <summary>Whoever is left is woken again, about every second: that is said once, until none is left.</summary>
    private void Tell(int left, Exception? reason)
    {
        if (reason is not null && !isTold)
        {
            LogNotWoken(left, reason.Message);
        }

        isTold = left > 0 && (isTold || reason is not null);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} cameras could not be woken; trying again until all are: {Reason}")]
    private partial void LogNotWoken(int count, string reason);
}
