using Evercam.Archive.Pack;

namespace Evercam.Archive;

/// <summary>The marks of pictures that are to be kept: in the index, and in a list beside their pack, which outlives the index. What
/// one of the two says of a picture alone, since something came between, counts as marked: rather a picture too many than one too
/// few.</summary>
/// <remarks>For the holder of the camera's gate, or while nobody else is at work.</remarks>
internal sealed class KeptMarks(IPackStore packs, ISnapshotIndex index)
{
    /// <summary>Marks pictures. The list comes first, like the bytes of a picture.</summary>
    public async Task KeepAsync(long cameraKey, IReadOnlyList<Snapshot> pictures)
    {
        foreach (var pack in pictures.GroupBy(p => p.Address.Pack))
        {
            await ChangeListAsync(pack.Key, names => names.UnionWith(pack.Select(KeptList.NameOf)));
        }

        await index.KeepAsync(cameraKey, [.. pictures.Select(p => p.TakenAt)], CancellationToken.None);
    }

    /// <summary>Takes the marks off, the list's last.</summary>
    public async Task ReleaseAsync(long cameraKey, IReadOnlyList<Snapshot> pictures)
    {
        await index.ReleaseAsync(cameraKey, [.. pictures.Select(p => p.TakenAt)], CancellationToken.None);
        foreach (var pack in pictures.GroupBy(p => p.Address.Pack))
        {
            await ChangeListAsync(pack.Key, names => names.ExceptWith(pack.Select(KeptList.NameOf)));
        }
    }

    /// <summary>Entries are about to be erased: their names go. Whatever is put at their moments later is another picture.</summary>
    public async Task ForgetAsync(PackName pack, IReadOnlyList<PackAddress> entries)
    {
        if (await packs.ReadKeptAsync(pack, CancellationToken.None) is null)
        {
            return;
        }

        var erased = new List<string>();
        var header = new byte[TarEntry.BlockLength];
        foreach (var entry in entries)
        {
            // Of one that was erased before, the name went before.
            var read = await packs.ReadAsync(
                pack, entry.Part, entry.PictureOffset - header.Length, header, CancellationToken.None);
            if (read == header.Length && TarEntry.ReadName(header.AsSpan()) is var (takenAt, type))
            {
                erased.Add(TarEntry.NameOf(takenAt, type));
            }
        }

        await ChangeListAsync(pack, names => names.ExceptWith(erased));
    }

    /// <summary>Marks in the index what only the list names, and lists what is marked only in the index.</summary>
    public async Task AgreeAsync(PackName pack, CancellationToken cancellation)
    {
        var listed = KeptList.Read(await packs.ReadKeptAsync(pack, cancellation));
        var marked = await ListAsync(pack, cancellation);
        var named = KeptList.Moments(pack, listed).ToHashSet();
        named.ExceptWith(marked.Select(s => s.TakenAt));
        if (named.Count > 0)
        {
            await index.KeepAsync(pack.CameraKey, [.. named], cancellation);
        }

        if (marked.Any(s => !listed.Contains(KeptList.NameOf(s))))
        {
            await ChangeListAsync(pack, names => names.UnionWith(marked.Select(KeptList.NameOf)));
        }
    }

    /// <summary>The pictures of a pack that are marked in one place only.</summary>
    public async Task<IReadOnlyList<DateTimeOffset>> FindDisagreementsAsync(
        PackName pack, IReadOnlyList<Snapshot> rows, CancellationToken cancellation)
    {
        var listed = KeptList.Read(await packs.ReadKeptAsync(pack, cancellation));
        var marked = (await ListAsync(pack, cancellation)).Select(s => s.TakenAt).ToHashSet();
        return [.. rows.Where(s => listed.Contains(KeptList.NameOf(s)) != marked.Contains(s.TakenAt)).Select(s => s.TakenAt)];
    }

    private Task<IReadOnlyList<Snapshot>> ListAsync(PackName pack, CancellationToken cancellation) =>
        index.ListKeptAsync(pack.CameraKey, pack.Hour, pack.End, int.MaxValue, cancellation);

    private async Task ChangeListAsync(PackName pack, Action<SortedSet<string>> change)
    {
        var before = await packs.ReadKeptAsync(pack, CancellationToken.None);
        var names = KeptList.Read(before);
        change(names);
        var after = KeptList.Encode(names);
        if (!after.AsSpan().SequenceEqual(before ?? []))
        {
            // What was read may be old: whoever has the camera now may have put another list since.
            await index.DemandTenureAsync(pack.CameraKey, CancellationToken.None);
            await packs.WriteKeptAsync(pack, after, CancellationToken.None);
        }
    }
}
