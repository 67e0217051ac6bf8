using System.Data.Common;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>Lets a recorder begin and end where several servers share the archive; where one is alone, every camera is its own.</summary>
/// <param name="archive">Keeps the pictures.</param>
/// <param name="log">Told of what could not be made durable in time.</param>
/// <param name="node">This one of several; <see langword="null"/> if it is alone.</param>
internal sealed partial class CameraTenures(
    SnapshotArchive archive, ILogger<CameraTenures> log, NodeTenures? node = null)
{
    /// <summary>Takes a camera for this server, if it has not got it.</summary>
    /// <returns>What the server before it left; <see langword="null"/> if this one had it already.</returns>
    public async Task<LeftCamera?> TakeAsync(long cameraKey)
    {
        if (node is null)
        {
            return null;
        }

        var taken = await node.TakeAsync(cameraKey, CancellationToken.None);
        if (!taken.IsNew)
        {
            return null;
        }

        await archive.BeginTenureAsync(cameraKey, CancellationToken.None);

        // Now that all of this server's own have their rows, and nobody else's can get one.
        var left = await node.FindLeftAsync(cameraKey, CancellationToken.None);
        node.Begin(cameraKey, taken.Number);
        LogTaken(cameraKey, taken.Number);
        return LeftCamera.Of(left?.Status == CoverageStatus.Recorded ? await AdoptAsync(node, cameraKey, left) : left, taken.AliveAt);
    }

    /// <summary>Whether this server has the camera.</summary>
    public bool Has(long cameraKey) => node is null || node.Of(cameraKey) is not null;

    /// <summary>Makes durable what is on its way, since another server may have the camera next.</summary>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="isBusy">Whether its recorder has something to do, and must be woken if no server takes it.</param>
    public async Task LeaveAsync(long cameraKey, bool isBusy)
    {
        if (node is null)
        {
            return;
        }

        if (isBusy)
        {
            // Also if it could not begin with the camera that it has taken: no other server will.
            node.FellAsleep(cameraKey);
        }

        if (node.Of(cameraKey) is null)
        {
            return;
        }

        try
        {
            await archive.SettleAsync(cameraKey, CancellationToken.None);
        }
        catch (IOException reason)
        {
            LogNotSettled(cameraKey, reason);
        }
    }

    /// <summary>What a server put before it died, and did not add to the index, was recorded as well.</summary>
    /// <returns>What is known then; or what was known, if that cannot be done now, since this server has the camera already.</returns>
    private async Task<LeftRecording> AdoptAsync(NodeTenures shared, long cameraKey, LeftRecording left)
    {
        try
        {
            await archive.AdoptAsync(cameraKey, CancellationToken.None);
            return await shared.FindLeftAsync(cameraKey, CancellationToken.None) ?? left;
        }
        catch (Exception reason) when (reason is IOException or DbException or CameraDeletedException)
        {
            LogNotAdopted(cameraKey, reason.Message);
            return left;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "What the server before this one put of camera {Camera} is not known yet: {Reason}")]
    private partial void LogNotAdopted(long camera, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "This server has camera {Camera} now, as the {Number}. in turn")]
    private partial void LogTaken(long camera, long number);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pictures of camera {Camera} may be lost: it goes to another server before they are kept")]
    private partial void LogNotSettled(long camera, Exception reason);
}
