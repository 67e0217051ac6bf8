using Evercam.Storage;

namespace Evercam.Server.Setup;

/// <summary>Work that is done once an hour, by the one server that has the duty. What fails is logged, and tried again with the next
/// hour.</summary>
/// <param name="failure">What the log says then, as the beginning of a sentence.</param>
/// <param name="others">Say who has the duty.</param>
/// <param name="clock">Tells the hours.</param>
/// <param name="log">Where failures go.</param>
internal abstract partial class HourlyUpkeep(string failure, IOtherServers others, TimeProvider clock, ILogger log) : BackgroundService
{
    /// <summary>It counts from the start, however long it takes until somebody waits for it.</summary>
    private readonly PeriodicTimer hour = new(TimeSpan.FromHours(1), clock);

    protected TimeProvider Clock { get; } = clock;

    protected ILogger Log => log;

    public override void Dispose()
    {
        hour.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Does it now.</summary>
    internal abstract Task RunAsync(CancellationToken cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await hour.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await others.AwaitDutyAsync(stoppingToken);
                await RunAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The next hour tries again, whatever failed.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway())
                {
                    LogFailed(failure, reason);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Failure}; the next hour tries again")]
    private partial void LogFailed(string failure, Exception reason);
}
