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
                camera.Sum(pack => (long)pack.Pictures), camera.Min(pack => pack.From), camera.Max(pack => pack.To));
            var detail = string.Create(
                CultureInfo.InvariantCulture, $"{pictures} pictures from {Text(from)} to {Text(to)} UTC");
            log.Did(Actor.Server, ActivityKind.MadeRoom, camera.Key, detail);
        }
    }

    /// <summary>To the minute where whole hours went, to the second where a part of one did.</summary>
    private static string Text(DateTimeOffset moment) =>
        moment.ToString(moment.Second == 0 ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
