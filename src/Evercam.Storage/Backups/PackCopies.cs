using Evercam.Archive;
using Evercam.Archive.Pack;
using Evercam.Storage.Disk;
using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Backups;

/// <summary>Copies the packs that a copied index points into, while the server adds to them, seals and deletes them.</summary>
/// <param name="from">The archive.</param>
/// <param name="to">The copy's folder.</param>
/// <param name="live">The server's index.</param>
/// <param name="copied">The copied one, which is older than any pack that is copied: so what its rows point to is there, unless it was
/// deleted since.</param>
internal sealed class PackCopies(PackPaths from, PackPaths to, ISnapshotIndex live, ISnapshotIndex copied)
{
    private const int EndMark = 2 * TarEntry.BlockLength;

    private readonly List<PackName> lacking = [];
    private readonly List<UnreadablePack> unreadable = [];
    private readonly List<DeletedRange> deleted = [];

    /// <summary>The packs that lacked bytes which their rows point to.</summary>
    public IReadOnlyList<PackName> Lacking => lacking;

    /// <summary>The packs and cards that could not be read; they are not in the copy.</summary>
    public IReadOnlyList<UnreadablePack> Unreadable => unreadable;

    /// <summary>What the copied index has lost by that, because the pictures were deleted meanwhile.</summary>
    public IReadOnlyList<DeletedRange> Deleted => deleted;

    /// <param name="tell">Told the share that is done, from 0 to 1, of the bytes that the copied index knows.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="IOException">The copy cannot be written, or the archive is away.</exception>
    public async Task RunAsync(Action<double> tell, CancellationToken cancellation)
    {
        PrivateFiles.MakeFolder(to.OpenMarks);
        var (done, all) = (0L, await copied.AllPacksAsync(cancellation).Select(summary => summary.Bytes).SumAsync(cancellation));
        await foreach (var summary in copied.AllPacksAsync(cancellation))
        {
            await CopyAsync(summary.Pack, cancellation);
            done += summary.Bytes;
            tell(all == 0 ? 1 : (double)done / all);
        }

        foreach (var camera in from.ListCameras().Where(camera => File.Exists(from.Card(camera))))
        {
            PrivateFiles.MakeFolder(to.CameraFolder(camera));
            try
            {
                await StableCopy.CopyAsync(from.Card(camera), to.Card(camera), cancellation);
            }
            catch (SourceUnreadableException reason)
            {
                unreadable.Add(new(null, $"{from.Card(camera)}: {reason.Message}"));
            }
        }
    }

    private async Task CopyAsync(PackName pack, CancellationToken cancellation)
    {
        var rows = await copied.ListAsync(pack.CameraKey, pack.Hour, pack.End, int.MaxValue, cancellation);
        var end = rows.Max(row => row.Address.End);
        var (length, refusal) = await TryCopyAsync(pack, end, cancellation);
        var left = await FollowDeletionsAsync(pack, rows, cancellation);
        if (left == 0)
        {
            // If nothing of it was copied, its folder may not be there, which deleting would take for an error.
            if (File.Exists(to.Of(pack)))
            {
                File.Delete(to.Of(pack));
                File.Delete(to.OpenMark(pack));
            }

            return;
        }

        if (refusal is not null)
        {
            unreadable.Add(new(pack, refusal));
        }
        else if (length < end)
        {
            lacking.Add(pack);
        }

        await WriteKeptAsync(pack, cancellation);
    }

    /// <returns>How many of these bytes there were; or why it cannot be read.</returns>
    private async Task<(long Length, string? Refusal)> TryCopyAsync(PackName pack, long end, CancellationToken cancellation)
    {
        try
        {
            return (await CopyAsync(pack, end, cancellation), null);
        }
        catch (SourceUnreadableException reason)
        {
            return (0, reason.Message);
        }
    }

    /// <summary>Copies it up to where its last row's entry ends. What lies behind that was not acknowledged, or was deleted: the copy
    /// counts as open then, and goes on there.</summary>
    /// <returns>How many of these bytes there were.</returns>
    private async Task<long> CopyAsync(PackName pack, long end, CancellationToken cancellation)
    {
        using var source = OpenIfThere(from.Of(pack));
        if (source is null)
        {
            return 0;
        }

        var there = SourceUnreadableException.Around(() => RandomAccess.GetLength(source));
        var isSealed = there == end + EndMark && SourceUnreadableException.Around(() => IsEndMark(source, end));
        PrivateFiles.MakeFolder(Path.GetDirectoryName(to.Of(pack))!);
        await StableCopy.CopyAsync(source, isSealed ? there : Math.Min(there, end), to.Of(pack), cancellation);
        if (!isSealed)
        {
            await StableCopy.MakeAsync(to.OpenMark(pack), _ => Task.CompletedTask);
        }

        return Math.Min(there, end);
    }

    /// <summary>A picture that was deleted while its pack was copied is deleted in the copy, too. Its row went before its bytes: so the
    /// index is asked after they were copied.</summary>
    /// <returns>How many pictures are left.</returns>
    private async Task<int> FollowDeletionsAsync(PackName pack, IReadOnlyList<Snapshot> rows, CancellationToken cancellation)
    {
        var present = (await live.ListAsync(pack.CameraKey, pack.Hour, pack.End, int.MaxValue, cancellation))
            .Select(row => (row.TakenAt, row.Address)).ToHashSet();
        var gone = rows.Where(row => !present.Contains((row.TakenAt, row.Address))).ToList();
        if (gone.Count == rows.Count)
        {
            await RemoveAsync(new(pack.CameraKey, pack.Hour, pack.End), cancellation);
            return 0;
        }

        foreach (var row in gone)
        {
            await RemoveAsync(new(pack.CameraKey, row.TakenAt, row.TakenAt.AddMicroseconds(1)), cancellation);
        }

        return rows.Count - gone.Count;
    }

    private async Task RemoveAsync(DeletedRange range, CancellationToken cancellation)
    {
        await copied.RemoveAsync(range.CameraKey, range.From, range.To, cancellation);
        deleted.Add(range);
    }

    /// <summary>The list of what is to be kept is made from the copied marks: the archive's may have changed since.</summary>
    private async Task WriteKeptAsync(PackName pack, CancellationToken cancellation)
    {
        var kept = await copied.ListKeptAsync(pack.CameraKey, pack.Hour, pack.End, int.MaxValue, cancellation);
        if (kept.Count > 0)
        {
            PrivateFiles.MakeFolder(Path.GetDirectoryName(to.KeptOf(pack))!);
            await StableCopy.MakeAsync(to.KeptOf(pack), unfinished => File.WriteAllBytesAsync(
                unfinished, KeptList.Encode(kept.Select(KeptList.NameOf).Order(StringComparer.Ordinal)), cancellation));
        }
    }

    /// <exception cref="PacksUnavailableException">The archive is away: that it is not there says nothing.</exception>
    private SafeFileHandle? OpenIfThere(string path)
    {
        try
        {
            return SourceUnreadableException.Around(() => PackFile.Open(path, FileMode.Open, FileAccess.Read));
        }
        catch (SourceUnreadableException gone) when (gone.InnerException is FileNotFoundException or DirectoryNotFoundException)
        {
            new ArchiveMark(from).Demand();
            return null;
        }
    }

    private static bool IsEndMark(SafeFileHandle pack, long offset)
    {
        Span<byte> blocks = stackalloc byte[EndMark];
        return RandomAccess.Read(pack, blocks, offset) == EndMark && !blocks.ContainsAnyExcept((byte)0);
    }
}
