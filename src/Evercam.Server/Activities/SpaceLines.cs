using System.Globalization;
using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Activities;

/// <summary>Writes into the log of each camera concerned that its oldest pictures went to make room on the disk.</summary>
internal sealed class SpaceLines(ActivityLog log) : ISpaceNews
{
    public void GaveUp(IReadOnlyList<GivenUp> gone)
    {
        foreach (var camera in gone.GroupBy(pack => pack.Pack.CameraKey))
        {
            var (pictures, from, to) = (
                camera.Sum(pack => (long)pack.Pictures), camera.Min(pack => pack.Pack.Hour), camera.Max(pack => pack.Pack.End));
            var detail = string.Create(
                CultureInfo.InvariantCulture, $"{pictures} pictures from {from:yyyy-MM-dd HH:mm} to {to:yyyy-MM-dd HH:mm} UTC");
            log.Did(Actor.Server, ActivityKind.MadeRoom, camera.Key, detail);
        }
    }
}
