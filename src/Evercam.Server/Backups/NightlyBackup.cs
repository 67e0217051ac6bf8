using Evercam.Archive;
using Evercam.Server.Setup;
using Evercam.Storage;
using Evercam.Storage.Backups;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Backups;

/// <summary>Once a day, from <see cref="BackupOptions.Hour"/> on: keeps a copy of the database, in the data directory of the server that
/// has the duty. A server that does not run at that hour
/// makes up for it. What the administrator must put right is told once a day, and tried every hour.</summary>
internal sealed partial class NightlyBackup(
    NightlyCopies copies,
    IOptions<BackupOptions> options,
    SnapshotArchiveOptions archive,
    IOtherServers others,
    TimeProvider clock,
    ILogger<NightlyBackup> log)
    : HourlyUpkeep("The night's copy of the database could not be kept", others, clock, log)
{
    private DateOnly? told;

    internal override async Task RunAsync(CancellationToken cancellation)
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        var day = DateOnly.FromDateTime(now);
        if (options.Value.KeepDays == 0 || now.Hour < options.Value.Hour)
        {
            return;
        }

        try
        {
            if (await copies.KeepAsync(day, options.Value.KeepDays, archive.MinimumFreeBytes, cancellation) is { } copy)
            {
                LogKept(copy);
            }
        }
        catch (StorageUnusableException reason) when (told == day)
        {
            LogAgain(reason.Message);
        }
        catch (StorageUnusableException reason)
        {
            told = day;
            LogNotKept(reason.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Kept a copy of the database: {Copy}")]
    private partial void LogKept(string copy);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The day's copy of the database is not kept yet. {Reason}")]
    private partial void LogNotKept(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The day's copy of the database is still not kept. {Reason}")]
    private partial void LogAgain(string reason);
}
