using Evercam.Archive;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>Looks at the free space every second, and makes room ahead of need: a disk that is full breaks more than the
/// recording.</summary>
internal sealed partial class SpaceWatch(ArchiveRetention retention, TimeProvider clock, ILogger<SpaceWatch> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await retention.MakeRoomAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The next second tries again, whatever failed.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(reason);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "No room could be made on the disk; trying again")]
    private partial void LogFailed(Exception reason);
}
