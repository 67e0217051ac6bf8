using Evercam.Archive;
using Evercam.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Evercam.Recorder;

/// <summary>Looks at the free space every second, and makes room ahead of need: a disk that is full breaks more than the
/// recording.</summary>
internal sealed partial class SpaceWatch(
    ArchiveRetention retention,
    IPackStore packs,
    IOptions<SnapshotArchiveOptions> options,
    NoticeBoard notices,
    IEnumerable<ISpaceNews> listeners,
    TimeProvider clock,
    ILogger<SpaceWatch> log) : BackgroundService, IHostedLifecycleService
{
    /// <summary>There is room again when for so long there was.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromHours(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A disk that is always nearly full makes room all the time.</summary>
    private static readonly TimeSpan NewsPause = TimeSpan.FromMinutes(1);

    /// <summary>A round that hangs must not take the time in which all else stops.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    private readonly List<GivenUp> untold = [];
    private DateTimeOffset? lowAt;
    private long? toldAt;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What was not told yet is told now: those who listen still do.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LastPatience);
        await StopAsync(patience.Token);

        // Where a disk hangs, it may be at it yet.
        if (ExecuteTask is not { IsCompleted: false } && untold.Count > 0)
        {
            TellUntold();
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                var deleted = await retention.MakeRoomAsync(stoppingToken);
                Tell(isLow: deleted.Count > 0 || packs.FreeBytes < options.Value.MinimumFreeBytes);
                Tell(deleted);
            }
#pragma warning disable CA1031 // The next second tries again, whatever failed.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway())
                {
                    LogFailed(reason);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Space that is made runs out again: that is told once. Whether it was low before this server was started, nobody asks; so
    /// it waits, too, before it says that there is room.</summary>
    private void Tell(bool isLow)
    {
        var now = clock.GetUtcNow();
        lowAt = isLow ? now : lowAt ?? now;
        if (isLow || now - lowAt >= Calm)
        {
            notices.Space(isLow, now);
        }
    }

    private void Tell(IReadOnlyList<GivenUp> deleted)
    {
        untold.AddRange(deleted);
        if (untold.Count > 0 && !(toldAt is { } last && clock.GetElapsedTime(last) < NewsPause))
        {
            TellUntold();
        }
    }

    private void TellUntold()
    {
        toldAt = clock.GetTimestamp();
        IReadOnlyList<GivenUp> gone = [.. untold];
        untold.Clear();
        LogMadeRoom(
            gone.Sum(pack => (long)pack.Pictures), gone.Select(pack => pack.Pack.CameraKey).Distinct().Count(),
            gone.Min(pack => pack.From), gone.Max(pack => pack.To));
        foreach (var listener in listeners)
        {
            listener.GaveUp(gone);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The disk was nearly full: {Pictures} pictures of {Cameras} cameras went, from {From:u} to {To:u}")]
    private partial void LogMadeRoom(long pictures, int cameras, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(Level = LogLevel.Error, Message = "No room could be made on the disk; trying again")]
    private partial void LogFailed(Exception reason);
}
