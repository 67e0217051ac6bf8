namespace Evercam.Storage.S3;

/// <summary>How a pack's objects become known, and known again.</summary>
internal sealed partial class BucketPack
{
    private async Task LoadOnceAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref layout) is not null)
        {
            return;
        }

        await turn.WaitAsync(cancellation);
        try
        {
            await LoadIfUnknownAsync(cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task LoadIfUnknownAsync(CancellationToken cancellation)
    {
        if (layout is null)
        {
            await LoadAsync(cancellation);
        }
    }

    /// <summary>Lists the objects again, if another process may have put some since: where servers share the archive, whoever asks may
    /// have been told so by one of them.</summary>
    private async Task<bool> LookAgainAsync(long asked, CancellationToken cancellation)
    {
        if (IsOpen || IsFresh(asked))
        {
            return false;
        }

        await turn.WaitAsync(cancellation);
        try
        {
            if (IsOpen || !IsStored)
            {
                return false;
            }

            if (!IsFresh(asked))
            {
                await LoadAsync(cancellation);
            }

            return true;
        }
        finally
        {
            turn.Release();
        }
    }

    private bool IsFresh(long asked) => shelf.Tenures.AreShared
        ? Volatile.Read(ref loadedAt) >= asked
        : TimeProvider.System.GetElapsedTime(Volatile.Read(ref loadedAt)) < Fresh;

    /// <summary>An object is not there any more: it was merged, or replaced, unless this process knows nothing of that.</summary>
    private async Task ReloadAsync(PackObject gone, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            shelf.Cache.Drop(gone);
            if (layout?.Objects.Contains(gone) == true)
            {
                await LoadAsync(cancellation, keepsEnd: IsOpen);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <param name="cancellation">Ends it; then all is as before.</param>
    /// <param name="keepsEnd">Whether this process adds at the end that it knows, if it knows one, whatever the bucket has lost or has
    /// behind it.</param>
    private async Task LoadAsync(CancellationToken cancellation, bool keepsEnd = false)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var listed = await ListAsync(cancellation);
        lock (state)
        {
            keepsEnd = tail.Chunks.Count > 0 || (keepsEnd && layout is not null);
            doubtful.AddRange(listed.Where(o => dropped.Contains(o.Key) && !doubtful.Contains(o)));
            layout = new PackLayout(listed.Where(o => !doubtful.Exists(d => d.Key == o.Key)));
            var own = OwnOf(layout);
            number = own.Aggregate(number, (last, o) => Math.Max(last, o.Number));
            length = keepsEnd ? length : own.Aggregate(0L, (end, o) => o.Start < o.End ? Math.Max(end, o.End) : end);
        }

        Volatile.Write(ref loadedAt, begun);
    }

    private async Task<List<PackObject>> ListAsync(CancellationToken cancellation)
    {
        var listed = new List<PackObject>();
        await foreach (var (key, bytes) in shelf.Bucket.ListAsync(shelf.Bucket.Names.FolderOf(name), cancellation))
        {
            if (PackObject.TryRead(key, bytes, out var found))
            {
                listed.Add(found);
            }
        }

        return listed;
    }
}
