using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Writes notices so that they appear in the order of their numbers.</summary>
public static class Announcing
{
    /// <summary>The name, in PostgreSQL, of the one line in which transactions wait that write notices.</summary>
    private const long NoticesInLine = 0x4E6F_7469_6365;

    /// <summary>Adds notices, and saves them with what else the context is about to save, in the transaction under way. It holds the
    /// cameras already, and takes nothing but new rows afterwards: whoever waits in the line for it may hold what it would
    /// want.</summary>
    public static async Task AnnounceAsync(
        this EvercamDb db, IReadOnlyCollection<CameraNotice> notices, CancellationToken cancellation)
    {
        if (notices.Count > 0 && db.Database.IsNpgsql())
        {
            // A number is given before its row is seen: without this, a later one could be seen first. SQLite has one writer at a time.
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({NoticesInLine})", cancellation);
        }

        db.AddRange(notices);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Tells news of cameras, and writes them into the cameras' logs, but for those that are gone and what was told already, in
    /// one transaction.</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="news">What was seen of cameras, each at most once.</param>
    /// <param name="notBefore">A pause ago: of a camera about which something was told later than this nothing is told now.</param>
    /// <param name="now">Now. What was told later than this was told by a clock that was ahead: nothing waits for it.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>What has to wait, because it comes too soon after what was told before, and for how long.</returns>
    public static async Task<IReadOnlyList<(SeenChange News, TimeSpan Left)>> TellAsync(
        this EvercamDb db, IReadOnlyCollection<SeenChange> news, DateTimeOffset notBefore, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var cameras = await db.HoldCamerasAsync([.. news.Select(n => n.CameraKey).Distinct()], cancellation);
        var told = await db.Told.Where(t => cameras.Contains(t.CameraKey)).ToDictionaryAsync(t => t.CameraKey, cancellation);
        await db.FindReasonsAsync(news, told, cancellation);
        var (notices, waiting) = (new List<CameraNotice>(), new List<(SeenChange News, TimeSpan Left)>());
        foreach (var one in news.Where(n => cameras.Contains(n.CameraKey)))
        {
            if (!told.TryGetValue(one.CameraKey, out var last))
            {
                if (one is SeenRecording { IsChosen: true })
                {
                    // Most cameras are never recorded: nothing is kept of that.
                    continue;
                }

                last = told[one.CameraKey] = db.Add(new LastTold { CameraKey = one.CameraKey }).Entity;
            }

            var (toldAt, pauses) = (one.ToldAt(last), (now - notBefore) * one.PausesAfter(last));
            if (one.IsNews(last) && toldAt > (now - pauses).ToUnixTimeSeconds() && toldAt <= now.ToUnixTimeSeconds())
            {
                waiting.Add((one, DateTimeOffset.FromUnixTimeSeconds(toldAt) + pauses - now));
            }
            else if (one.Tell(last) is { } notice)
            {
                notices.Add(notice);
            }
        }

        db.AddRange(notices.Select(notice => notice.ToLine()));
        await db.AnnounceAsync(notices, cancellation);
        await transaction.CommitAsync(CancellationToken.None);
        return waiting;
    }

    /// <summary>Looks up why recordings fail, as was told, where they may fail for something else now.</summary>
    private static async Task FindReasonsAsync(
        this EvercamDb db, IReadOnlyCollection<SeenChange> news, Dictionary<long, LastTold> told, CancellationToken cancellation)
    {
        var failing = news.OfType<SeenRecording>().Where(n => !n.Is && told.GetValueOrDefault(n.CameraKey)?.IsRecorded == false)
            .Select(n => n.CameraKey).ToList();
        if (failing.Count == 0)
        {
            return;
        }

        var stops = db.Notices.Where(n => n.Kind == NoticeKind.RecordingStopped && failing.Contains(n.CameraKey!.Value));
        var last = stops.GroupBy(n => n.CameraKey).Select(same => same.Max(n => n.Key));
        foreach (var stop in await stops.AsNoTracking().Where(n => last.Contains(n.Key)).ToListAsync(cancellation))
        {
            told[stop.CameraKey!.Value].Reason = stop.Reason;
        }
    }

    /// <summary>The notices of what happened before a second, but for those by which it is known what is news: what was told last of space,
    /// and why a recording fails that has failed since.</summary>
    public static async Task<IQueryable<CameraNotice>> NoticesBeforeAsync(this EvercamDb db, long second, CancellationToken cancellation)
    {
        var space = await db.Notices.Where(n => n.Kind == NoticeKind.SpaceLow || n.Kind == NoticeKind.SpaceRecovered)
            .OrderByDescending(n => n.Key).Select(n => (long?)n.HappenedAt).FirstOrDefaultAsync(cancellation);
        return db.Notices.Where(n => n.HappenedAt < second
            && ((n.Kind != NoticeKind.SpaceLow && n.Kind != NoticeKind.SpaceRecovered) || n.HappenedAt != space)
            && (n.Kind != NoticeKind.RecordingStopped
                || !db.Told.Any(t => t.CameraKey == n.CameraKey && t.IsRecorded == false && t.RecordedToldAt == n.HappenedAt)));
    }

    /// <summary>Tells everyone who owns a camera whether space is low, if that is not what they were told last.</summary>
    public static async Task TellOfSpaceAsync(this EvercamDb db, bool isLow, DateTimeOffset at, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var last = await db.Notices.Where(n => n.Kind == NoticeKind.SpaceLow || n.Kind == NoticeKind.SpaceRecovered)
            .OrderByDescending(n => n.Key).Select(n => (NoticeKind?)n.Kind).FirstOrDefaultAsync(cancellation);
        if ((last == NoticeKind.SpaceLow) == isLow)
        {
            return;
        }

        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlAsync(
                $"SELECT 1 FROM users WHERE id IN (SELECT owner_key FROM cameras) ORDER BY id FOR KEY SHARE", cancellation);
        }

        var owners = await db.Users.Where(u => u.Cameras.Count > 0).Select(u => u.Id).ToListAsync(cancellation);
        var kind = isLow ? NoticeKind.SpaceLow : NoticeKind.SpaceRecovered;
        await db.AnnounceAsync(
            [.. owners.Select(owner => new CameraNotice { Kind = kind, OwnerKey = owner, HappenedAt = at.ToUnixTimeSeconds() })],
            cancellation);
        await transaction.CommitAsync(CancellationToken.None);
    }
}
