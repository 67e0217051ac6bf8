using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Disk;

/// <summary>Proves before the start that the archive's folder is the one that the database's rows point into. With another one, such
/// as the empty folder that a volume is to be mounted on, all pictures would be taken for gone.</summary>
internal sealed class ArchiveClaim(EvercamDb db, PackPaths paths)
{
    private readonly ArchiveMark mark = new(paths);

    /// <summary>To be run by one process at a time.</summary>
    /// <exception cref="StorageUnusableException">It is another one.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var known = await db.Archives.SingleOrDefaultAsync(cancellation);
        var found = mark.Read();
        if (found is not null && found == known?.Id)
        {
            return;
        }

        if (await IsToBeBelievedAsync(known?.Id, found, cancellation))
        {
            await KeepAsync(known, found ?? Mark(), cancellation);
            return;
        }

        throw new StorageUnusableException(
            $"The folder {paths.Root} is not the archive that the database knows: mount the volume that belongs there, or, if it is "
            + $"the archive, write {known?.Id ?? NewId()} into the file {mark.Path}.");
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
        (await db.Cameras.Select(c => c.Key).ToListAsync(cancellation)).Exists(key => Directory.Exists(paths.CameraFolder(key)));

    private string Mark()
    {
        var id = NewId();
        mark.Write(id);
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
    }
}
