namespace Evercam.Storage.S3;

/// <summary>How a pack's objects come and go.</summary>
internal sealed partial class BucketPack
{
    private PackObject NewObject(long start, long bytes)
    {
        number = Math.Max(number, Tenure * PackRange.Numbers) + 1;
        return PackObject.New(shelf.Bucket.Names, name, start, bytes, number);
    }

    /// <summary>Changes objects by what is known of them; if some are gone that it needs, by what a new list says. A place that nothing
    /// holds any more stays so.</summary>
    private async Task ChangeAsync(Func<Task> change, CancellationToken cancellation)
    {
        for (var i = 1; ; i++)
        {
            DemandOwn();
            try
            {
                await change();
                return;
            }
            catch (ObjectGoneException) when (i < Tries)
            {
                await LoadAsync(cancellation, keepsEnd: true);
            }
        }
    }

    /// <exception cref="ObjectGoneException">It is not there, or shorter than it was.</exception>
    private async Task CopyAsync(Segment segment, Stream content, CancellationToken cancellation)
    {
        var (source, bytes, begun) = (segment.Object, segment.End - segment.Start, content.Position);
        if (!await shelf.Bucket.CopyAsync(source.Key, segment.Start - source.Start, bytes, content, cancellation)
            || content.Position - begun != bytes)
        {
            throw new ObjectGoneException(source.Key);
        }
    }

    private async Task PutAsync(PackObject added, Stream content, CancellationToken cancellation)
    {
        try
        {
            await shelf.Mark.DemandAsync(cancellation);
            DemandOwn();
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
        DemandOwn();
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

    /// <summary>Deletes what may be there and must not. What comes late nevertheless, because a request that was given up was still on its
    /// way, goes with the next list.</summary>
    private async Task DropDoubtfulAsync(CancellationToken cancellation)
    {
        List<PackObject> due;
        lock (state)
        {
            due = [.. doubtful];
        }

        if (due.Count == 0)
        {
            return;
        }

        DemandOwn();
        var needed = shelf.Tenures.AreShared ? await FindNeededAsync(due, cancellation) : [];
        List<string> keys = [.. due.Except(needed).Select(o => o.Key)];
        await shelf.Bucket.DeleteAsync(keys, cancellation);
        lock (state)
        {
            doubtful.RemoveAll(due.Contains);
            dropped.UnionWith(keys);
            dropped.ExceptWith(needed.Select(o => o.Key));
        }

        if (needed.Count > 0)
        {
            await LoadAsync(cancellation, keepsEnd: true);
        }
    }

    /// <summary>Those that are all that is left of some bytes: a server that has had the camera meanwhile has seen that a merger is there,
    /// of which this one has never heard, and deleted the parts.</summary>
    private async Task<List<PackObject>> FindNeededAsync(List<PackObject> due, CancellationToken cancellation)
    {
        var listed = await ListAsync(cancellation);
        DemandOwn(listed);
        var there = listed.Select(o => o.Key).ToHashSet();
        lock (state)
        {
            var gone = (layout?.Segments ?? []).Where(s => !there.Contains(s.Object.Key)).ToList();
            return [.. due.Where(o => there.Contains(o.Key) && gone.Exists(s => s.Start < o.End && s.End > o.Start))];
        }
    }
}

/// <summary>An object that was known is not there any more.</summary>
internal sealed class ObjectGoneException(string key) : IOException($"{key} is not there, or shorter than it was.");
