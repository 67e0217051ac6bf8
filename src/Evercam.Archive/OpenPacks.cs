using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Evercam.Archive;

/// <summary>The packs that are open for writing, or were when the process before this one ended.</summary>
internal sealed partial class OpenPacks(
    IPackStore packs, CameraWriters writers, ITenures tenures, TimeProvider clock, ILogger log)
{
    private readonly CameraRounds rounds = new(clock);

    /// <summary>What was said last of each that is in trouble.</summary>
    private readonly ConcurrentDictionary<PackName, string> told = new();

    /// <summary>Does something with each of them, as the only one who writes to its camera. One that fails, or takes long, holds up no
    /// other.</summary>
    /// <exception cref="IOException">They cannot be listed.</exception>
    public async Task ForEachAsync(Func<CameraWriter, PackName, Task> work, CancellationToken cancellation)
    {
        var open = await packs.ListOpenAsync(cancellation);
        foreach (var closed in told.Keys.Except(open))
        {
            told.TryRemove(closed, out _);
        }

        foreach (var pack in open)
        {
            if (tenures.Of(pack.CameraKey) is null)
            {
                continue;
            }

            try
            {
                if (await rounds.TryAsync(pack.CameraKey, () => HoldAsync(pack, work, cancellation), cancellation) == true)
                {
                    told.TryRemove(pack, out _);
                }
            }
#pragma warning disable CA1031 // One pack in trouble must not hold up the others: a damaged page of the index is about a few rows.
            catch (Exception reason) when (reason is not OperationCanceledException)
#pragma warning restore CA1031
            {
                TellFailure(pack, reason);
            }
        }
    }

    /// <summary>Says of each failure once that it is so, and not in each round.</summary>
    private void TellFailure(PackName pack, Exception reason)
    {
        if (!told.TryGetValue(pack, out var before) || before != reason.Message)
        {
            told[pack] = reason.Message;
            LogFailed(pack, reason);
        }
    }

    private Task<bool> HoldAsync(PackName pack, Func<CameraWriter, PackName, Task> work, CancellationToken cancellation) =>
        writers.HoldAsync(
            pack.CameraKey,
            async writer =>
            {
                await work(writer, pack);
                return true;
            },
            cancellation);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pack {Pack} is in trouble; it will be tried again")]
    private partial void LogFailed(PackName pack, Exception reason);
}
