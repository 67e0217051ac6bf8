using System.ComponentModel;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>Keeps and deletes the pictures of a camera. The archive runs outside of the recorder's scheduler, where an await costs no
/// turn of it, and what it throws becomes an outcome.</summary>
internal sealed partial class Keeper(SnapshotArchive archive, OwnerRoom owners, IEnumerable<IDeletionNews> listeners, ILogger log)
{
    /// <summary>About what a picture takes in its pack beside its own bytes.</summary>
    private const int EntryOverhead = 2_048;

    /// <summary>What systems call it: no space left (Linux and macOS), over the quota (Linux, macOS), and the two of Windows.</summary>
    private static readonly int[] FullDisk = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Whose room the pictures take; <see langword="null"/> if nobody knows.</summary>
    public long? OwnerKey { get; set; }

    /// <summary>Keeps a picture that somebody waits for.</summary>
    public async Task<SaveResult> SaveAsync(NewSnapshot snapshot)
    {
        TakenRoom? taken = null;
        try
        {
            taken = await TakeRoomForAsync(snapshot);
            if (taken is null)
            {
                return new SaveResult(SaveOutcome.NoRoom);
            }

            var saved = await Task.Run(() => archive.SaveAsync(snapshot, CancellationToken.None));
            return new SaveResult(SaveOutcome.Saved, saved.TakenAt);
        }
        catch (SecondOccupiedException)
        {
            return new SaveResult(SaveOutcome.SecondOccupied);
        }
        catch (CameraDeletedException)
        {
            return new SaveResult(SaveOutcome.CameraDeleted);
        }
        catch (ArchiveFullException)
        {
            // The watch over the disk tells, once.
            return new SaveResult(SaveOutcome.DiskFull);
        }
        catch (Exception reason) when (IsRefusal(reason))
        {
            TellUnavailable(snapshot.CameraKey, reason);
            return new SaveResult(SaveOutcome.ArchiveUnavailable);
        }
        finally
        {
            taken?.Settle();
        }
    }

    /// <summary>Keeps a recorded picture.</summary>
    /// <returns>Ends when it is durable, or not, with what that says of the recording; <see langword="null"/> if the camera is
    /// deleted.</returns>
    public async Task<Task<CoverageStatus>?> RecordAsync(NewSnapshot snapshot)
    {
        TakenRoom? taken;
        try
        {
            taken = await TakeRoomForAsync(snapshot);
        }
        catch (Exception reason) when (IsRefusal(reason))
        {
            TellNotRecorded(snapshot.CameraKey, reason);
            return Task.FromResult(StatusOf(reason));
        }

        if (taken is not { } room)
        {
            return Task.FromResult(CoverageStatus.NoRoom);
        }

        if (await AppendAsync(snapshot) is not { } recorded)
        {
            room.Settle();
            return null;
        }

        return SettleAsync(recorded, room);
    }

    /// <summary>Deletes the pictures of a range, and what was made of them.</summary>
    /// <returns>How many there were; <see langword="null"/> if the archive cannot be changed now.</returns>
    public Task<int?> DeleteAsync(long cameraKey, DateTimeOffset from, DateTimeOffset to) =>
        TryAsync(cameraKey, () => DeleteAndTellAsync(cameraKey, from, to));

    /// <summary>Marks the pictures of a range to be kept, or takes the marks off.</summary>
    /// <returns>How many there are; <see langword="null"/> if the archive cannot be changed now.</returns>
    public Task<int?> MarkAsync(long cameraKey, DateTimeOffset from, DateTimeOffset to, bool keep) => TryAsync(
        cameraKey, async () => (await archive.MarkAsync(cameraKey, from, to, keep, CancellationToken.None)).Count);

    /// <summary>Asks or changes something.</summary>
    /// <returns><see langword="null"/> if the archive does not answer now.</returns>
    public async Task<T?> TryAsync<T>(long cameraKey, Func<Task<T>> work)
        where T : struct
    {
        try
        {
            return await Task.Run(work);
        }
        catch (Exception reason) when (IsRefusal(reason))
        {
            TellUnavailable(cameraKey, reason);
            return null;
        }
    }

    /// <summary>Deletes a camera with all its pictures.</summary>
    public Task DeleteCameraAsync(long cameraKey) => Task.Run(() => archive.DeleteCameraAsync(cameraKey, CancellationToken.None));

    private ValueTask<TakenRoom?> TakeRoomForAsync(NewSnapshot snapshot) =>
        OwnerKey is { } owner ? owners.TryTakeAsync(owner, snapshot.Bytes.Length + EntryOverhead) : new(default(TakenRoom));

    private static async Task<CoverageStatus> SettleAsync(Task<CoverageStatus> recorded, TakenRoom taken)
    {
        try
        {
            return await recorded;
        }
        finally
        {
            taken.Settle();
        }
    }

    private async Task<Task<CoverageStatus>?> AppendAsync(NewSnapshot snapshot)
    {
        try
        {
            var appended = await Task.Run(() => archive.AppendAsync(snapshot, CancellationToken.None));
            return ObserveAsync(snapshot.CameraKey, appended.Durable);
        }
        catch (CameraDeletedException)
        {
            return null;
        }
        catch (ArchiveFullException)
        {
            // The watch over the disk tells, once and not with each picture.
            return Task.FromResult(CoverageStatus.DiskFull);
        }
        catch (Exception reason) when (IsRefusal(reason))
        {
            TellNotRecorded(snapshot.CameraKey, reason);
            return Task.FromResult(StatusOf(reason));
        }
    }

    /// <summary>Tells also where there were none: an attempt before this one may have ended in between.</summary>
    private async Task<int> DeleteAndTellAsync(long cameraKey, DateTimeOffset from, DateTimeOffset to)
    {
        var deleted = await archive.DeleteAsync(cameraKey, from, to, CancellationToken.None);
        foreach (var listener in listeners)
        {
            listener.Deleted(cameraKey, from, to);
        }

        return deleted;
    }

    private async Task<CoverageStatus> ObserveAsync(long cameraKey, Task durable)
    {
        try
        {
            await durable;
            return CoverageStatus.Recorded;
        }
        catch (Exception reason) when (IsRefusal(reason) || reason is SecondOccupiedException)
        {
            TellNotRecorded(cameraKey, reason);
            return reason is SecondOccupiedException ? CoverageStatus.Recorded : StatusOf(reason);
        }
    }

    /// <summary>Whether a disk or the database said no, in one of the two ways in which systems say it of files.</summary>
    private static bool IsRefusal(Exception reason) => reason is IOException or UnauthorizedAccessException;

    /// <summary>Why the archive kept no picture: a full disk, or anything else.</summary>
    private static CoverageStatus StatusOf(Exception? reason)
    {
        for (; reason is not null; reason = reason.InnerException)
        {
            if (reason is ArchiveFullException
                || (reason is IOException && FullDisk.Contains(reason.HResult))
                || (reason is Win32Exception system && FullDisk.Contains(system.NativeErrorCode)))
            {
                return CoverageStatus.DiskFull;
            }
        }

        return CoverageStatus.ServerDown;
    }

    /// <summary>One line for each change that is refused: whoever asked for it is told without another one.</summary>
    private void TellUnavailable(long camera, Exception reason)
    {
        if (reason is IndexUnavailableException { IsTold: true })
        {
            LogDatabaseAway(camera);
        }
        else
        {
            LogArchiveUnavailable(camera, reason.Message);
        }
    }

    /// <summary>Of a database that is away, and of what waits for it, there is no more to be said than that.</summary>
    private void TellNotRecorded(long camera, Exception reason)
    {
        if (reason is ArchiveBusyException or IndexUnavailableException { IsTold: true })
        {
            LogNotTakenIn(camera, reason.Message);
        }
        else
        {
            LogNotRecorded(camera, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The archive is not changed for camera {Camera}: the database is away")]
    private partial void LogDatabaseAway(long camera);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A picture of camera {Camera} was not recorded: {Reason}")]
    private partial void LogNotTakenIn(long camera, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A picture of camera {Camera} was not recorded")]
    private partial void LogNotRecorded(long camera, Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The archive cannot be changed for camera {Camera}: {Reason}")]
    private partial void LogArchiveUnavailable(long camera, string reason);
}
