using System.Globalization;
using System.Runtime.CompilerServices;
using Evercam.Archive;
using Evercam.Server.Rights;
using Evercam.Server.Snapshots;

namespace Evercam.Server.Series;

/// <summary>All pictures of an hour of a camera's own clock, both times if the clock shows it twice. Where the clock is off by half an
/// hour, they come from two packs.</summary>
internal sealed class HourOfPictures(SnapshotArchive archive, CameraFacts camera, HourRequest request)
{
    private const int PageLength = 200;

    /// <summary>What the hour is called.</summary>
    public string Name { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{camera.Id}-{request.Day.Month.Year:0000}-{request.Day.Month.Month:00}-{request.Day.Day:00}-{request.Hour:00}");

    /// <summary>Ascending, fetched page by page: no transaction stays open however slowly they are taken.</summary>
    public async IAsyncEnumerable<Snapshot> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var (month, day) = (request.Day.Month, request.Day.Day);
        var pieces = SnapshotCalendar.HoursOf(month.Year, month.Month, day, SnapshotCalendar.ZoneOf(camera.Timezone));
        foreach (var (_, begin, end) in pieces.Where(piece => piece.Hour == request.Hour))
        {
            var from = begin;
            while (true)
            {
                var page = await archive.ListAsync(camera.Key, from, end, PageLength, cancellation);
                foreach (var snapshot in page)
                {
                    yield return snapshot;
                }

                if (page.Count < PageLength)
                {
                    break;
                }

                from = ArchiveTime.Add(page[^1].TakenAt, TimeSpan.FromMicroseconds(1));
            }
        }
    }
}
