using System.Collections.Concurrent;
using Evercam.Archive;

namespace Evercam.Storage.Disk;

/// <summary>The packs that are open for writing, each with a mark beside the archive that says so, for the next start.</summary>
internal sealed class PackWriters(PackPaths paths, ArchiveMark mark, StableStorage stable)
{
    private readonly ConcurrentDictionary<PackName, OpenPack> open = new();

    /// <summary>The one that is open already; <see langword="null"/> if none is.</summary>
    public OpenPack? Find(PackName pack) => open.GetValueOrDefault(pack);

    public OpenPack Open(PackName pack)
    {
        if (open.TryGetValue(pack, out var known))
        {
            return known;
        }

        mark.Demand();

        // Its own mark comes first: a crash may leave a mark without a pack, but no torn pack without a mark.
        PackFile.Do(() => Directory.CreateDirectory(paths.OpenMarks));
        PackFile.Open(paths.OpenMark(pack), FileMode.OpenOrCreate, FileAccess.Write).Dispose();
        var path = paths.Of(pack);
        PackFile.Do(() => Directory.CreateDirectory(Path.GetDirectoryName(path)!));
        return open[pack] = new OpenPack(path, stable);
    }

    /// <summary>The marks remain.</summary>
    public void Close(Func<PackName, bool> which)
    {
        foreach (var pack in open.Keys.Where(which))
        {
            if (open.TryRemove(pack, out var writer))
            {
                writer.Dispose();
            }
        }
    }

    /// <summary>The packs that have a mark, by hour ascending.</summary>
    public IReadOnlyList<PackName> ListMarked()
    {
        mark.Demand();
        var marks = Directory.Exists(paths.OpenMarks) ? PackFile.Do(() => Directory.GetFiles(paths.OpenMarks)) : [];
        return
        [
            .. marks.Select(file => PackPaths.ReadOpenMark(Path.GetFileName(file)))
                .OfType<PackName>()
                .OrderBy(pack => pack.Hour)
                .ThenBy(pack => pack.CameraKey),
        ];
    }

    public void Unmark(PackName pack)
    {
        if (File.Exists(paths.OpenMark(pack)))
        {
            PackFile.Do(() => File.Delete(paths.OpenMark(pack)));
        }
    }
}
