using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Disk;

/// <summary>Proves before the start that the archive's folder is the one that the database's rows point into. With another one, such
/// as the empty folder that a volume is to be mounted on, all pictures would be taken for gone.</summary>
/// <param name="db">The database.</param>
/// <param name="place">Where its archive is.</param>
/// <param name="mayTakeOver">Whether a new database may take over an archive that has pictures, where another server would lose it.</param>
internal sealed class ArchiveClaim(EvercamDb db, IArchivePlace place, bool mayTakeOver)
{
    /// <summary>To be run by one process at a time.</summary>
    /// <exception cref="StorageUnusableException">It is another one.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var known = await db.Archives.SingleOrDefaultAsync(cancellation);
        var found = await place.ReadMarkAsync(cancellation);
        if (found is not null && found == known?.Id)
        {
            place.Expect(found);
            return;
        }

        if (await IsToBeBelievedAsync(known?.Id, found, cancellation))
        {
            if (place.IsTakenOver && !mayTakeOver && await place.HasAnyCameraAsync(cancellation))
            {
                throw new StorageUnusableException(place.RefuseTaking());
            }

            await KeepAsync(known, found is null || place.IsTakenOver ? await MarkAsync(cancellation) : found, cancellation);
            return;
        }

        throw new StorageUnusableException(place.Refuse(known?.Id ?? NewId()));
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    /// <summary>While no row and no note says anything about a file, every folder is right: at the first start, and before a lost
    /// database is rebuilt. And an archive older than its mark is known by its cameras.</summary>
    private async Task<bool> IsToBeBelievedAsync(string? known, string? found, CancellationToken cancellation)
    {
        var saysNothing = await db.Database.SqlQueryRaw<bool>(
            """SELECT NOT EXISTS (SELECT 1 FROM packs) AND NOT EXISTS (SELECT 1 FROM erasures) AS "Value" """).SingleAsync(cancellation);
        return saysNothing || (known is null && (found is not null || await HasCameraAsync(cancellation)));
    }

    private async Task<bool> HasCameraAsync(CancellationToken cancellation) =>
        await place.HasCameraAsync(await db.Cameras.Select(c => c.Key).ToListAsync(cancellation), cancellation);

    private async Task<string> MarkAsync(CancellationToken cancellation)
    {
        var id = NewId();
        await place.WriteMarkAsync(id, cancellation);
        return id;
    }

    /// <summary>The mark is written before: a crash in between leaves one that is believed.</summary>
    private async Task KeepAsync(KnownArchive? known, string id, CancellationToken cancellation)
    {
        if (known is null)
        {
            db.Archives.Add(new KnownArchive { Id = id });
        }
        else
        {
            known.Id = id;
        }

        await db.SaveChangesAsync(cancellation);
        place.Expect(id);
    }
}
