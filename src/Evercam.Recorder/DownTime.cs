using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Recorder;

/// <summary>Tells afterwards what was not recorded because the server did not run. Nobody could change settings meanwhile, so those
/// of now say what was missed, and what would not have been recorded anyway.</summary>
internal static class DownTime
{
    private const int CamerasAtOnce = 100;

    /// <param name="db">The catalog.</param>
    /// <param name="until">When the server started.</param>
    /// <param name="cancellation">Ends the work; to be repeated from the beginning.</param>
    public static async Task TellAsync(EvercamDb db, DateTimeOffset until, CancellationToken cancellation)
    {
        if (await db.FindPulseAsync(cancellation) is not { } alive || alive >= until.ToUnixTimeSeconds())
        {
            return;
        }

        var from = DateTimeOffset.FromUnixTimeSeconds(alive);
        var cameras = await db.Cameras.AsNoTracking()
            .Where(c => c.Recording.Status == RecordingStatus.On || c.Recording.Status == RecordingStatus.Scheduled)
            .OrderBy(c => c.Key).Select(c => new { c.Key, c.Recording, c.Timezone }).ToListAsync(cancellation);
        foreach (var some in cameras.Chunk(CamerasAtOnce))
        {
            var changes = some.SelectMany(c => ChangesOf(c.Key, CameraSettingsReader.ScheduleOf(c.Key, c.Recording, c.Timezone), from, until));

            // The pulse stays until the last of them is told.
            await db.WriteCoverageAsync([.. changes], from, cancellation);
        }
    }

    /// <summary>What a camera missed in a range.</summary>
    private static IEnumerable<CoverageChange> ChangesOf(long key, Schedule? schedule, DateTimeOffset from, DateTimeOffset until) =>
        schedule is null
            ? []
            : schedule.Turns(from, until).Prepend((At: from, IsPlanned: schedule.IsPlanned(from))).Select(turn => new CoverageChange(
                key, turn.At.ToUnixTimeSeconds(), To: null, turn.IsPlanned ? CoverageStatus.ServerDown : CoverageStatus.NotScheduled));
}
