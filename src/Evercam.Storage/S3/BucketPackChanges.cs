using Evercam.Archive;
using Evercam.Archive.Pack;

namespace Evercam.Storage.S3;

/// <summary>What changes the objects of a pack. An object is put before those are deleted whose bytes it holds.</summary>
internal sealed partial class BucketPack
{
    private const int EndMarkLength = 2 * TarEntry.BlockLength;

    /// <summary>Bytes that take the place of others.</summary>
    private readonly record struct Patch(long Offset, byte[] Bytes)
    {
        public long End => Offset + Bytes.Length;

        public bool Touches(long start, long end) => Offset < end && End > start;
    }

    /// <summary>Overwrites entries: when this returns, no object has a byte of their pictures.</summary>
    public async Task EraseAsync(IReadOnlyCollection<PackAddress> entries, CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        try
        {
            await LoadIfUnknownAsync(cancellation);
            await OverwriteAsync(
                [
                    .. entries.Where(e => e.Offset < length).Select(e => new Patch(
                        e.Offset, e.End <= length ? TarEntry.EncodeErased(e.EntryLength) : new byte[length - e.Offset])),
                ],
                cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>See <see cref="IPackStore.TruncateAsync"/>.</summary>
    public async Task TruncateAsync(long end, CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        try
        {
            await LoadIfUnknownAsync(cancellation);
            if (end >= length)
            {
                return;
            }

            List<PackObject> cut;
            lock (state)
            {
                // What comes next covers an end mark.
                cut = layout!.Length - end > EndMarkLength ? [.. layout.In(end, long.MaxValue).Select(s => s.Object).Distinct()] : [];
                layout.Clip(end);
                var before = tail.Bytes;
                doubtful.AddRange(tail.Clip(end));
                shelf.Bound.Release(before - tail.Bytes);
                length = end;
            }

            await DropDoubtfulAsync(cancellation);
            await ReplaceAsync(cut, [], cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>See <see cref="IPackStore.HoldPlacesAsync"/>.</summary>
    public async Task<int> HoldPlacesAsync(IReadOnlyCollection<PackAddress> entries, CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        try
        {
            await LoadIfUnknownAsync(cancellation);
            List<PackAddress> lost = [.. entries.Where(e => e.End > length)];
            await OverwriteAsync(
                [.. lost.Where(e => e.Offset < length).Select(e => new Patch(e.Offset, new byte[length - e.Offset]))], cancellation);
            lock (state)
            {
                length = lost.Aggregate(length, (end, entry) => Math.Max(end, entry.End));
            }

            return lost.Count;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Deletes all of it.</summary>
    public async Task DeleteAsync(CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        try
        {
            Forget();
            foreach (var stored in await ListAsync(cancellation))
            {
                shelf.Cache.Drop(stored);
                await shelf.Bucket.DeleteAsync(stored.Key, cancellation);
            }

            await DropDoubtfulAsync(cancellation);
            await shelf.Bucket.DeleteAsync(shelf.Bucket.Names.KeptOf(name), cancellation);
            await shelf.Marks.RemoveAsync(name, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>What is in memory goes, and nothing is merged any more; somebody else has the rest.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        Forget();
        hasEnded = true;
        turn.Release();
    }

    private async Task TakeTurnAsync(CancellationToken cancellation)
    {
        lock (state)
        {
            comers++;
            _ = merging?.CancelAsync();
        }

        try
        {
            await turn.WaitAsync(cancellation);
        }
        finally
        {
            lock (state)
            {
                comers--;
            }
        }
    }

    private async Task LoadIfUnknownAsync(CancellationToken cancellation)
    {
        if (layout is null)
        {
            await LoadAsync(cancellation);
        }
    }

    private void Forget()
    {
        lock (state)
        {
            foreach (var stored in layout?.Objects ?? [])
            {
                shelf.Cache.Drop(stored);
            }

            foreach (var chunk in tail.Chunks.ToList())
            {
                shelf.Bound.Release(chunk.Length);
                doubtful.AddRange(chunk.Rename());
                tail.Remove(chunk);
            }

            layout = null;
            length = 0;
        }
    }

    /// <summary>Where what this server adds begins, where others may have added before, and may still do so without knowing that they are
    /// not to: none takes the place of another's bytes.</summary>
    private long RangeStart => Tenure << PackRange.Bits;

    private long Tenure => shelf.Tenures.Of(name.CameraKey) ?? throw new CameraElsewhereException([name.CameraKey]);

    private PackObject NewObject(long start, long bytes)
    {
        number = Math.Max(number, Tenure * PackRange.Numbers) + 1;
        return PackObject.New(shelf.Bucket.Names, name, start, bytes, number);
    }

    private async Task OverwriteAsync(List<Patch> patches, CancellationToken cancellation)
    {
        List<PackObject> touched;
        lock (state)
        {
            patches.ForEach(patch => doubtful.AddRange(tail.Overwrite(patch.Offset, patch.Bytes)));
            touched = [.. layout!.Objects.Where(o => patches.Exists(patch => patch.Touches(o.Start, o.End)))];
        }

        await DropDoubtfulAsync(cancellation);
        await ReplaceAsync(touched, patches, cancellation);
    }

    /// <summary>Puts others in the place of objects, for what counts of their bytes, and deletes them.</summary>
    private async Task ReplaceAsync(List<PackObject> old, List<Patch> patches, CancellationToken cancellation)
    {
        foreach (var replaced in old)
        {
            List<Segment> counting;
            lock (state)
            {
                counting = [.. layout!.Segments.Where(s => s.Object == replaced)];
            }

            foreach (var segment in counting)
            {
                await RewriteAsync(segment, patches, cancellation);
            }
        }

        await SweepAsync(cancellation);
    }

    private async Task RewriteAsync(Segment segment, List<Patch> patches, CancellationToken cancellation)
    {
        await using var content = shelf.Spool.Open(segment.End - segment.Start);
        await CopyAsync(segment, content, cancellation);
        foreach (var patch in patches.Where(p => p.Touches(segment.Start, segment.End)))
        {
            var (from, to) = (Math.Max(patch.Offset, segment.Start), Math.Min(patch.End, segment.End));
            content.Position = from - segment.Start;
            await content.WriteAsync(patch.Bytes.AsMemory((int)(from - patch.Offset), (int)(to - from)), cancellation);
        }

        await PutAsync(NewObject(segment.Start, segment.End - segment.Start), content, cancellation);
    }

    private async Task CopyAsync(Segment segment, Stream content, CancellationToken cancellation)
    {
        var (source, bytes, begun) = (segment.Object, segment.End - segment.Start, content.Position);
        if (!await shelf.Bucket.CopyAsync(source.Key, segment.Start - source.Start, bytes, content, cancellation)
            || content.Position - begun != bytes)
        {
            throw new IOException($"{source.Key} is not there, or shorter than it was.");
        }
    }

    private async Task PutAsync(PackObject added, Stream content, CancellationToken cancellation)
    {
        try
        {
            await shelf.Mark.DemandAsync(cancellation);
            await shelf.Bucket.PutAsync(added.Key, content, cancellation);
        }
        catch
        {
            lock (state)
            {
                doubtful.Add(added);
            }

            throw;
        }

        lock (state)
        {
            layout!.Add(added);
        }
    }

    /// <summary>Deletes the objects of which no byte counts any more.</summary>
    private async Task SweepAsync(CancellationToken cancellation)
    {
        IReadOnlyList<PackObject> superseded;
        lock (state)
        {
            superseded = layout!.Superseded;
        }

        await shelf.Bucket.DeleteAsync(superseded.Select(o => o.Key), cancellation);
        lock (state)
        {
            foreach (var gone in superseded)
            {
                layout!.Remove(gone);
                shelf.Cache.Drop(gone);
            }
        }
    }

    private async Task DropDoubtfulAsync(CancellationToken cancellation)
    {
        List<PackObject> dropped;
        lock (state)
        {
            dropped = [.. doubtful];
        }

        await shelf.Bucket.DeleteAsync(dropped.Select(o => o.Key), cancellation);
        lock (state)
        {
            doubtful.RemoveAll(dropped.Contains);
        }
    }
}
