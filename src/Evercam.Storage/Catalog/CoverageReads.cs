using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>A piece of time in which a camera was recorded, or was not for one reason.</summary>
/// <param name="From">The first second, Unix.</param>
/// <param name="To">The second behind the last.</param>
/// <param name="Status">What was.</param>
/// <param name="UserKey">Who deleted pictures, if that is the reason and known.</param>
public readonly record struct CoverageSpan(long From, long To, CoverageStatus Status, long? UserKey);

/// <summary>Reads what is known of cameras' recording: the facts of the period, never pictures.</summary>
public static class CoverageReads
{
    /// <summary>The spans of a period, ascending, without hole or overlap: the first begins with it, and the last ends with it unless
    /// there are more than asked for.</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="from">The first second, Unix.</param>
    /// <param name="to">The second behind the last; later than <paramref name="from"/>.</param>
    /// <param name="limit">How many spans at most; 1 or more.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<IReadOnlyList<CoverageSpan>> ReadCoverageAsync(
        this EvercamDb db, long cameraKey, long from, long to, int limit, CancellationToken cancellation)
    {
        var facts = db.Coverage.Where(fact => fact.CameraKey == cameraKey);
        var first = await facts.Where(fact => fact.Since <= from).OrderByDescending(fact => fact.Since)
            .Select(fact => new { fact.Status, fact.UserKey }).FirstOrDefaultAsync(cancellation);
        var spans = new List<CoverageSpan>();
        var open = new CoverageSpan(from, to, first?.Status ?? CoverageStatus.Unknown, first?.UserKey);
        var later = facts.Where(fact => fact.Since > from && fact.Since < to).OrderBy(fact => fact.Since).Take(limit)
            .Select(fact => new CoverageSpan(fact.Since, to, fact.Status, fact.UserKey));
        await foreach (var next in later.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            spans.Add(open with { To = next.From });
            open = next;
        }

        if (spans.Count < limit)
        {
            spans.Add(open);
        }

        return spans;
    }

    /// <summary>The recording that a second lies in: from when on the camera was recorded without any gap but what was deleted since, and
    /// until when.</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="second">The second, Unix.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The first second, and that behind the last if it has ended; <see langword="null"/> if nothing of that second is recorded.</returns>
    public static async Task<(long From, long? To)?> FindRecordedAsync(
        this EvercamDb db, long cameraKey, long second, CancellationToken cancellation)
    {
        var facts = db.Coverage.AsNoTracking().Where(fact => fact.CameraKey == cameraKey);
        var (before, behind) = (facts.Where(fact => fact.Since <= second), facts.Where(fact => fact.Since > second));
        var there = await before.OrderByDescending(fact => fact.Since).FirstOrDefaultAsync(cancellation);
        if (there?.Status != CoverageStatus.Recorded)
        {
            return null;
        }

        var gap = await before.Where(fact => fact.Status != CoverageStatus.Recorded && fact.Status != CoverageStatus.Deleted)
            .OrderByDescending(fact => fact.Since).Select(fact => (long?)fact.Since).FirstOrDefaultAsync(cancellation) ?? long.MinValue;
        return (
            await before.Where(fact => fact.Since > gap).MinAsync(fact => fact.Since, cancellation),
            await behind.Where(fact => fact.Status != CoverageStatus.Recorded && fact.Status != CoverageStatus.Deleted)
                .OrderBy(fact => fact.Since).Select(fact => (long?)fact.Since).FirstOrDefaultAsync(cancellation));
    }

    /// <summary>From which Unix second on anything is known of a camera; <see langword="null"/> if nothing is.</summary>
    public static Task<long?> FindFirstCoverageAsync(this EvercamDb db, long cameraKey, CancellationToken cancellation) =>
        db.Coverage.Where(fact => fact.CameraKey == cameraKey).MinAsync(fact => (long?)fact.Since, cancellation);
}
