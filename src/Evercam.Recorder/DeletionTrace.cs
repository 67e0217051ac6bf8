using System.Globalization;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Recorder;

/// <summary>Tells the gap that deleted pictures leave in a recording.</summary>
internal sealed class DeletionTrace(
    RecordedNeighbours neighbours,
    CoverageBook book,
    CameraSettingsReader settings,
    IDbContextFactory<EvercamDb> catalogs,
    IOptions<SnapshotArchiveOptions> options,
    TimeProvider clock)
{
    /// <summary>Of the last seconds, not all pictures can be found yet: what is deleted there is looked at when they are over.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>Timers may fire a moment before their time.</summary>
    private static readonly TimeSpan EarlyTimer = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Moment = TimeSpan.FromMicroseconds(1);

    /// <summary>Whether something in a range was recorded, and neither brought nor taken on demand: to be asked before it is deleted.</summary>
    /// <exception cref="IOException">The index does not answer, or not in time.</exception>
    public async Task<bool> IsOwedAsync(long cameraKey, DateTimeOffset from, DateTimeOffset to)
    {
        using var patience = new CancellationTokenSource(options.Value.GiveUpAfter, clock);
        try
        {
            return await neighbours.AnyAsync(cameraKey, from, to, patience.Token).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new ArchiveBusyException();
        }
    }

    /// <summary>Recorded pictures of a range were deleted. What is left between those around them is a gap if it is longer than between any
    /// two may be: one picture of many leaves none, and many one after the other leave one.</summary>
    /// <remarks>What was brought or taken on demand fills no gap. Of what earlier versions kept, nobody can tell the latter from what was
    /// recorded. So the recording is asked, too: where there was none, none of its pictures went, and where the next ones are as far apart as
    /// those around, none is missing.</remarks>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="from">The first moment.</param>
    /// <param name="to">The moment behind the last.</param>
    /// <param name="schedule">How often pictures are wanted, if they are.</param>
    /// <param name="by">Who deleted them, if known.</param>
    public async Task TellAsync(long cameraKey, DateTimeOffset from, DateTimeOffset to, Schedule? schedule, long? by)
    {
        // One that a wrong clock dated far ahead is not waited for.
        if (ArchiveTime.Add(to, Settling) - clock.GetUtcNow() is var left && left > TimeSpan.Zero && left <= 2 * Settling)
        {
            await Task.Delay(left + EarlyTimer, clock);
        }

        if (await Task.Run(() => FindGapAsync(cameraKey, from, to, schedule)) is var (begin, end))
        {
            book.Went(cameraKey, begin, end, CoverageStatus.Deleted, by);
        }
    }

    /// <summary>Tells what was deleted just before the server ended, and could not be told before that. For when the packs are in order: until
    /// then not all pictures can be found. What was told already leaves no second gap. Nobody knows any more what of it was recorded: it is
    /// taken for that, and leaves a gap only where pictures are missing.</summary>
    public async Task TellLeftOverAsync(CancellationToken cancellation)
    {
        foreach (var line in await book.LeftOver.WaitAsync(cancellation))
        {
            if (long.TryParse(line.Detail, CultureInfo.InvariantCulture, out var second)
                && await settings.ReadAsync(line.CameraKey, cancellation) is { } camera)
            {
                var from = DateTimeOffset.FromUnixTimeSeconds(second);
                await TellAsync(line.CameraKey, from, ArchiveTime.Add(from, TimeSpan.FromSeconds(1)), camera.Schedule, line.UserKey);
            }
        }
    }

    private async Task<(DateTimeOffset Begin, DateTimeOffset End)?> FindGapAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, Schedule? schedule)
    {
        await using var db = await catalogs.CreateDbContextAsync();
        if (await db.FindRecordedAsync(cameraKey, from.ToUnixTimeSeconds(), CancellationToken.None) is not var (begun, ended))
        {
            return null;
        }

        var before = await neighbours.FindBeforeAsync(cameraKey, from, CancellationToken.None);
        var after = await neighbours.FindAfterAsync(cameraKey, to, CancellationToken.None);
        var begin = Later(before ?? DateTimeOffset.MinValue, DateTimeOffset.FromUnixTimeSeconds(begun));

        // Of the last seconds, nobody can say what is missing.
        var end = clock.GetUtcNow() - Settling;
        end = Earlier(end, after ?? end);
        end = Earlier(end, ended is { } second ? DateTimeOffset.FromUnixTimeSeconds(second) : end);
        return end - begin > await FindToleranceAsync(cameraKey, before, after, CameraCoverage.Tolerance(schedule))
            ? (Later(begin, ArchiveTime.Add(before ?? begin, TimeSpan.FromSeconds(1))), end)
            : null;
    }

    /// <summary>How far apart two pictures may be: as those that are wanted now, or as those that were recorded there, which may have been
    /// fewer.</summary>
    private async Task<TimeSpan> FindToleranceAsync(
        long cameraKey, DateTimeOffset? before, DateTimeOffset? after, TimeSpan wanted)
    {
        var earlier = before is { } first ? await neighbours.FindBeforeAsync(cameraKey, first, CancellationToken.None) : null;
        var later = after is { } last
            ? await neighbours.FindAfterAsync(cameraKey, ArchiveTime.Add(last, Moment), CancellationToken.None)
            : null;
        var longest = CameraCoverage.Tolerance(schedule: null);
        TimeSpan?[] apart = [before - earlier, later - after];
        var recorded = apart.Where(span => span > TimeSpan.Zero && span <= longest).Min() ?? TimeSpan.Zero;
        return new(Math.Clamp((2.5 * recorded).Ticks, wanted.Ticks, longest.Ticks));
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
