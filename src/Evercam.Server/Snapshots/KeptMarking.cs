using System.Globalization;
using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Snapshots;

/// <summary>Marks what is stored at a second, for whoever may, and writes that into the camera's log.</summary>
internal sealed class KeptMarking(IGrainFactory grains, ActivityLog log)
{
    public static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <exception cref="ApiException">There is no such picture (404), or the archive cannot be changed now (503).</exception>
    public async Task MarkAsync(CameraFacts camera, DateTimeOffset second, bool keep, Actor actor)
    {
        var marked = await grains.GetGrain<IRecorder>(camera.Key).MarkAsync(second, ArchiveTime.Add(second, OneSecond), keep)
            ?? throw ApiException.NoArchive();
        if (marked == 0)
        {
            throw SnapshotEndpoints.NoSnapshot();
        }

        log.Did(
            actor, keep ? ActivityKind.Kept : ActivityKind.Released, camera.Key,
            second.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
    }
}
