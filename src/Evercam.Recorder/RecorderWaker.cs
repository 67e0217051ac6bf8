using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>Wakes recorders, many at once.</summary>
internal sealed partial class RecorderWaker(IGrainFactory grains, ILogger<RecorderWaker> log)
{
    private const int AtOnce = 32;

    /// <returns>Those that could not be woken: one in trouble must not keep the others asleep.</returns>
    public async Task<List<long>> WakeAsync(IReadOnlyCollection<long> keys, CancellationToken cancellation)
    {
        var left = new ConcurrentBag<long>();
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
                    LogNotWoken(key, reason);
                }
            });
        return [.. left];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Camera {Camera} could not be woken; trying again")]
    private partial void LogNotWoken(long camera, Exception reason);
}
