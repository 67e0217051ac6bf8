using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Writes what becomes known of cameras' recording.</summary>
public static class CoverageWrites
{
    /// <summary>How far back what was written is believed to be wrong. A clock that fell back further must not take a year of facts
    /// with it.</summary>
    private const long FurthestBack = 3_600;

    /// <summary>So much later than now a fact may be: several hands write, each a moment after it looked at the clock.</summary>
    private const long FurthestAhead = 60;

    /// <summary>Writes changes in their order, but for those about cameras that are gone, and that the server runs, in one
    /// transaction.</summary>
    /// <returns>The changes that lay too far back to be written: the clock was set back, or was ahead before.</returns>
    public static async Task<IReadOnlyList<CoverageChange>> WriteCoverageAsync(
        this EvercamDb db, IReadOnlyList<CoverageChange> changes, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var cameras = changes.Count == 0
            ? []
            : await db.HoldCamerasAsync([.. changes.Select(change => change.CameraKey).Distinct()], cancellation);
        var doubted = new List<CoverageChange>();
        foreach (var change in changes.Where(change => cameras.Contains(change.CameraKey)))
        {
            if (change.To is not null)
            {
                await db.CutAsync(change, cancellation);
            }
            else if (!await db.BeginAsync(change, cancellation))
            {
                doubted.Add(change);
            }
        }

        await db.BeatAsync(now.ToUnixTimeSeconds(), cancellation);
        await transaction.CommitAsync(CancellationToken.None);
        return doubted;
    }

    /// <summary>Deletes facts of a time to come, of the cameras that changes are about: they were written by a clock that was ahead. Only
    /// for who knows that the clock is right; else it may be this one that is behind.</summary>
    public static Task ForgetFutureAsync(
        this EvercamDb db, IReadOnlyList<CoverageChange> changes, DateTimeOffset now, CancellationToken cancellation)
    {
        long[] cameras = [.. changes.Select(change => change.CameraKey).Distinct()];
        var latest = now.ToUnixTimeSeconds() + FurthestAhead;
        return db.Coverage.Where(fact => cameras.Contains(fact.CameraKey) && fact.Since > latest).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>The last second that the server is known to have run; <see langword="null"/> if it never did.</summary>
    public static async Task<long?> FindPulseAsync(this EvercamDb db, CancellationToken cancellation) =>
        await db.Pulses.Select(pulse => (long?)pulse.AliveAt).SingleOrDefaultAsync(cancellation);

    /// <summary>Of cameras that are not recorded and of which nothing is known yet, says so from now on.</summary>
    public static Task BeginUnrecordedAsync(this EvercamDb db, DateTimeOffset now, CancellationToken cancellation)
    {
        var (since, off) = (now.ToUnixTimeSeconds(), (int)CoverageStatus.Off);
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO coverage (camera_key, since, status)
            SELECT key, {since}, {off} FROM cameras
            WHERE recording_status IN ({(int)RecordingStatus.Off}, {(int)RecordingStatus.Paused})
              AND NOT EXISTS (SELECT 1 FROM coverage WHERE camera_key = cameras.key)
            ORDER BY key
            """,
            cancellation);
    }

    private static async Task<bool> BeginAsync(this EvercamDb db, CoverageChange change, CancellationToken cancellation)
    {
        var facts = db.Coverage.Where(fact => fact.CameraKey == change.CameraKey);
        var last = await LastAsync(facts, cancellation);
        if (last?.Since - change.From > FurthestBack)
        {
            return false;
        }

        if (last?.Since >= change.From)
        {
            await facts.Where(fact => fact.Since >= change.From).ExecuteDeleteAsync(cancellation);
            last = await LastAsync(facts, cancellation);
        }

        if (last is null || !CoverageChange.Same(last, change.ToFact()))
        {
            await db.AddFactsAsync([change.ToFact()], cancellation);
        }

        return true;
    }

    private static async Task CutAsync(this EvercamDb db, CoverageChange change, CancellationToken cancellation)
    {
        var facts = db.Coverage.Where(fact => fact.CameraKey == change.CameraKey);
        var range = facts.Where(fact => fact.Since >= change.From && fact.Since <= change.To);
        var before = await LastAsync(facts.Where(fact => fact.Since < change.From), cancellation);
        var within = await range.AsNoTracking().OrderBy(fact => fact.Since).ToListAsync(cancellation);
        if (within.Append(before).Any(fact => fact?.Status == CoverageStatus.Recorded))
        {
            await range.ExecuteDeleteAsync(cancellation);
            await db.AddFactsAsync(change.Cut(before, within), cancellation);
        }
    }

    private static Task<CoverageFact?> LastAsync(IQueryable<CoverageFact> facts, CancellationToken cancellation) =>
        facts.AsNoTracking().OrderByDescending(fact => fact.Since).FirstOrDefaultAsync(cancellation);

    private static async Task AddFactsAsync(this EvercamDb db, IReadOnlyList<CoverageFact> facts, CancellationToken cancellation)
    {
        db.AddRange(facts);
        await db.SaveChangesAsync(cancellation);

        // The same second may be written again, after what stood there was deleted.
        db.ChangeTracker.Clear();
    }

    private static async Task BeatAsync(this EvercamDb db, long now, CancellationToken cancellation)
    {
        if (await db.Pulses.ExecuteUpdateAsync(set => set.SetProperty(pulse => pulse.AliveAt, now), cancellation) == 0)
        {
            db.Add(new ServerPulse { AliveAt = now });
            await db.SaveChangesAsync(cancellation);
        }
    }
}
