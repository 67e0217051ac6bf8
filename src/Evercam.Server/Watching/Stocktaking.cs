using Evercam.Archive;
using Evercam.Storage;

namespace Evercam.Server.Watching;

/// <summary>Counts what is not known without asking the database: only when somebody reads metrics, and however often that is, not more
/// often than it is worth. Whoever reads does not wait long for a database that does not answer, and is told the rest.</summary>
internal sealed partial class Stocktaking(ArchiveMetrics archive, QueueMetrics queues, TimeProvider clock, ILogger<Stocktaking> log)
{
    /// <summary>Prometheus gives up after ten seconds, if it is told nothing else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Look archiveLook = new(archive.LookAsync, TimeSpan.FromMinutes(5), clock);
    private readonly Look queueLook = new(queues.LookAsync, TimeSpan.FromSeconds(5), clock);

    public async Task RefreshAsync()
    {
        try
        {
            await Task.WhenAll(archiveLook.TakeAsync(), queueLook.TakeAsync()).WaitAsync(Patience, clock);
        }
#pragma warning disable CA1031 // Whatever cannot be counted now, the rest can be told.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            if (!reason.IsDatabaseAway())
            {
                LogNotCounted(reason);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not everything could be counted for those who watch")]
    private partial void LogNotCounted(Exception reason);

    /// <summary>A look that all who ask share. One that failed is soon tried again.</summary>
    private sealed class Look(Func<CancellationToken, Task> take, TimeSpan span, TimeProvider clock)
    {
        private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

        private readonly Lock turn = new();
        private Task? latest;
        private long since;

        public Task TakeAsync()
        {
            lock (turn)
            {
                var pause = latest?.IsFaulted == true ? RetryPause : span;
                if (latest is null || (latest.IsCompleted && clock.GetElapsedTime(since) >= pause))
                {
                    // For all who ask: it does not end with the first of them.
                    (latest, since) = (Task.Run(() => take(CancellationToken.None)), clock.GetTimestamp());
                }

                return latest;
            }
        }
    }
}
