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

    /// <summary>Overwrites entries: when this returns, no object has a byte of their pictures. What other processes have made of the objects
    /// since is looked at first; what is gone already is passed over.</summary>
    public async Task EraseAsync(IReadOnlyCollection<PackAddress> entries, CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        try
        {
            DemandOwn();
            await LoadAsync(cancellation, keepsEnd: IsOpen);
            await ChangeAsync(
                () => OverwriteAsync(
                    [
                        .. entries.Where(e => e.Offset < length).Select(e => new Patch(
                            e.Offset, e.End <= length ? TarEntry.EncodeErased(e.EntryLength) : new byte[length - e.Offset])),
                    ],
                    cancellation),
                cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>See <see cref="IPackStore.TruncateAsync"/>. What those have put that had the camera before stays: more of it may come.</summary>
    public async Task TruncateAsync(long end, CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        try
        {
            end = Math.Max(end, RangeStart);
            await LoadIfUnknownAsync(cancellation);
            DemandOwn();
            if (end < length)
            {
                await ChangeAsync(() => CutAsync(end, cancellation), cancellation);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task CutAsync(long end, CancellationToken cancellation)
    {
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

    /// <summary>See <see cref="IPackStore.HoldPlacesAsync"/>.</summary>
    public async Task<int> HoldPlacesAsync(IReadOnlyCollection<PackAddress> entries, CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        try
        {
            await LoadIfUnknownAsync(cancellation);
            DemandOwn(entries.Max(e => e.Offset >> PackRange.Bits));
            List<PackAddress> lost = [.. entries.Where(e => e.End > length)];
            await ChangeAsync(
                () => OverwriteAsync(
                    [.. lost.Where(e => e.Offset < length).Select(e => new Patch(e.Offset, new byte[length - e.Offset]))], cancellation),
                cancellation);
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
    /// <param name="isForGood">Whether nobody ever adds to it again: then it goes, whoever has put it there.</param>
    /// <param name="cancellation">Ends it; what is left may be deleted then.</param>
    public async Task DeleteAsync(bool isForGood, CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        try
        {
            await DeleteListedAsync(isForGood, cancellation);

            // A request that was given up may have come through meanwhile, and so may one of another server.
            await DeleteListedAsync(isForGood, cancellation);
            await shelf.Bucket.DeleteAsync(shelf.Bucket.Names.KeptOf(name), cancellation);
            await shelf.Marks.RemoveAsync(name, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task DeleteListedAsync(bool isForGood, CancellationToken cancellation)
    {
        var listed = await ListAsync(cancellation);
        if (!isForGood)
        {
            DemandOwn(listed);
        }

        Forget();
        listed.ForEach(shelf.Cache.Drop);
        List<string> keys = [.. listed.Concat(doubtful).Select(o => o.Key).Distinct()];
        await shelf.Bucket.DeleteAsync(keys, cancellation);
        lock (state)
        {
            dropped.UnionWith(doubtful.Select(o => o.Key));
            doubtful.Clear();
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
}
