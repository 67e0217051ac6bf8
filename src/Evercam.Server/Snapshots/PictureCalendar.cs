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
        var pieces = days.Index().SelectMany(day => day.Item.Pieces.Select(piece => (Day: day.Index + 1, Range: piece))).ToList();
        var any = await archive.AnyAsync(camera.Key, [.. pieces.Select(piece => piece.Range)], cancellation);
        return [.. pieces.Zip(any).Where(piece => piece.Second).Select(piece => piece.First.Day).Distinct()];
    }

    /// <summary>The first pictures of several ranges, ascending.</summary>
    /// <param name="archive">Where they are.</param>
    /// <param name="camera">Whose.</param>
    /// <param name="pieces">The ranges, ascending.</param>
    /// <param name="from">What comes before this moment is left out.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<IReadOnlyList<Snapshot>> ListAsync(
        this SnapshotArchive archive,
        CameraFacts camera,
        IEnumerable<(DateTimeOffset From, DateTimeOffset To)> pieces,
        DateTimeOffset from,
        int limit,
        CancellationToken cancellation)
    {
        var pictures = new List<Snapshot>();
        foreach (var (begin, end) in pieces.Where(piece => piece.To > from))
        {
            if (pictures.Count < limit)
            {
                pictures.AddRange(await archive.ListAsync(camera.Key, begin > from ? begin : from, end, limit - pictures.Count, cancellation));
            }
        }

        return pictures;
    }

    /// <summary>Of several ranges the first picture of each second that has one, ascending: a page shows pictures by their seconds, of which
    /// there may be ten in each.</summary>
    /// <param name="archive">Where they are.</param>
    /// <param name="camera">Whose.</param>
    /// <param name="pieces">The ranges, ascending.</param>
    /// <param name="from">What comes before this moment is left out.</param>
    /// <param name="limit">How many seconds at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<IReadOnlyList<Snapshot>> ListSecondsAsync(
        this SnapshotArchive archive,
        CameraFacts camera,
        IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> pieces,
        DateTimeOffset from,
        int limit,
        CancellationToken cancellation)
    {
        var seconds = new List<Snapshot>();
        IReadOnlyList<Snapshot> some;
        do
        {
            some = await archive.ListAsync(camera, pieces, from, limit, cancellation);
            if (some.Count > 0)
            {
                seconds.AddRange(some.DistinctBy(picture => ArchiveTime.SecondOf(picture.TakenAt)));
                from = ArchiveTime.Add(ArchiveTime.SecondOf(some[^1].TakenAt), TimeSpan.FromSeconds(1));
            }
        }
        while (some.Count == limit && seconds.Count < limit);
        return seconds.Count > limit ? seconds[..limit] : seconds;
    }

    /// <summary>Hours of a day, ascending, each once.</summary>
    public static async Task<IReadOnlyList<int>> HoursWithPicturesAsync(
        this SnapshotArchive archive, CameraFacts camera, int year, int month, int day, CancellationToken cancellation)
    {
        var pieces = SnapshotCalendar.HoursOf(year, month, day, SnapshotCalendar.ZoneOf(camera.Timezone));
        var any = await archive.AnyAsync(camera.Key, [.. pieces.Select(piece => (piece.From, piece.To))], cancellation);
        return [.. pieces.Zip(any).Where(piece => piece.Second).Select(piece => piece.First.Hour).Distinct().Order()];
    }

    /// <summary>Hours of a day that have pictures, ascending, each with its first one.</summary>
    public static async Task<IReadOnlyList<(int Hour, DateTimeOffset First)>> FirstOfHoursAsync(
        this SnapshotArchive archive, CameraFacts camera, int year, int month, int day, CancellationToken cancellation)
    {
        var pieces = SnapshotCalendar.HoursOf(year, month, day, SnapshotCalendar.ZoneOf(camera.Timezone));
        var any = await archive.AnyAsync(camera.Key, [.. pieces.Select(piece => (piece.From, piece.To))], cancellation);
        var hours = new List<(int Hour, DateTimeOffset First)>();
        foreach (var (hour, from, to) in pieces.Zip(any).Where(piece => piece.Second).Select(piece => piece.First))
        {
            if (await archive.ListAsync(camera.Key, from, to, 1, cancellation) is [var first])
            {
                hours.Add((hour, first.TakenAt));
            }
        }

        // A clock that is set back by less than an hour, or more, may show one again.
        return [.. hours.DistinctBy(hour => hour.Hour).OrderBy(hour => hour.Hour)];
    }
}
