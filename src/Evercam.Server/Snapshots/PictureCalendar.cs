using Evercam.Archive;
using Evercam.Server.Rights;

namespace Evercam.Server.Snapshots;

/// <summary>Which days and hours of a camera's own clock have pictures.</summary>
internal static class PictureCalendar
{
    /// <summary>Days of a month, ascending.</summary>
    public static async Task<IReadOnlyList<int>> DaysWithPicturesAsync(
        this SnapshotArchive archive, CameraFacts camera, int year, int month, CancellationToken cancellation)
    {
        var days = SnapshotCalendar.DaysOf(year, month, SnapshotCalendar.ZoneOf(camera.Timezone));
        var any = await archive.AnyAsync(camera.Key, days, cancellation);
        return [.. any.Index().Where(day => day.Item).Select(day => day.Index + 1)];
    }

    /// <summary>Hours of a day, ascending, each once.</summary>
    public static async Task<IReadOnlyList<int>> HoursWithPicturesAsync(
        this SnapshotArchive archive, CameraFacts camera, int year, int month, int day, CancellationToken cancellation)
    {
        var pieces = SnapshotCalendar.HoursOf(year, month, day, SnapshotCalendar.ZoneOf(camera.Timezone));
        var any = await archive.AnyAsync(camera.Key, [.. pieces.Select(piece => (piece.From, piece.To))], cancellation);
        return [.. pieces.Zip(any).Where(piece => piece.Second).Select(piece => piece.First.Hour).Distinct().Order()];
    }
}
