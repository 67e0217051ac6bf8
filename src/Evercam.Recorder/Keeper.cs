using Evercam.Archive;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>Keeps and deletes the pictures of a camera. The archive runs outside of the recorder's scheduler, where an await costs no
/// turn of it, and what it throws becomes an outcome.</summary>
internal sealed partial class Keeper(SnapshotArchive archive, ILogger log)
{
    /// <summary>Keeps a picture that somebody waits for.</summary>
    public async Task<SaveResult> SaveAsync(NewSnapshot snapshot)
    {
        try
        {
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
        catch (IOException reason)
        {
            LogArchiveUnavailable(snapshot.CameraKey, reason);
            return new SaveResult(SaveOutcome.ArchiveUnavailable);
        }
    }

    /// <summary>Keeps a recorded picture.</summary>
    /// <returns>Ends when it is durable, or when it was told that it is not, and says which; <see langword="null"/> if the camera is
    /// deleted.</returns>
    public async Task<Task<bool>?> RecordAsync(NewSnapshot snapshot)
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
            return Task.FromResult(false);
        }
        catch (IOException reason)
        {
            LogNotRecorded(snapshot.CameraKey, reason);
            return Task.FromResult(false);
        }
    }

    /// <summary>Deletes the pictures of a range.</summary>
    /// <returns>How many there were; <see langword="null"/> if the archive cannot be changed now.</returns>
    public async Task<int?> DeleteAsync(long cameraKey, DateTimeOffset from, DateTimeOffset to)
    {
        try
        {
            return await Task.Run(() => archive.DeleteAsync(cameraKey, from, to, CancellationToken.None));
        }
        catch (IOException reason)
        {
            LogArchiveUnavailable(cameraKey, reason);
            return null;
        }
    }

    /// <summary>Marks the pictures of a range to be kept, or takes the marks off.</summary>
    /// <returns>How many there are; <see langword="null"/> if the archive cannot be changed now.</returns>
    public async Task<int?> MarkAsync(long cameraKey, DateTimeOffset from, DateTimeOffset to, bool keep)
    {
        try
        {
            return (await Task.Run(() => archive.MarkAsync(cameraKey, from, to, keep, CancellationToken.None))).Count;
        }
        catch (IOException reason)
        {
            LogArchiveUnavailable(cameraKey, reason);
            return null;
        }
    }

    /// <summary>Deletes a camera with all its pictures.</summary>
    public Task DeleteCameraAsync(long cameraKey) => Task.Run(() => archive.DeleteCameraAsync(cameraKey, CancellationToken.None));

    private async Task<bool> ObserveAsync(long cameraKey, Task durable)
    {
        try
        {
            await durable;
            return true;
        }
        catch (Exception reason) when (reason is IOException or SecondOccupiedException)
        {
            LogNotRecorded(cameraKey, reason);
            return reason is SecondOccupiedException;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A picture of camera {Camera} was not recorded")]
    private partial void LogNotRecorded(long camera, Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The archive cannot be changed for camera {Camera}")]
    private partial void LogArchiveUnavailable(long camera, Exception reason);
}
