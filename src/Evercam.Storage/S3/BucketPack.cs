using Evercam.Archive;

namespace Evercam.Storage.S3;

/// <summary>What all packs of a bucket share.</summary>
internal sealed record BucketShelf(
    Bucket Bucket, BucketMark Mark, OpenMarks Marks, BlockCache Cache, Spool Spool, BufferBound Bound, S3Requests Requests,
    ITenures Tenures, long LargestObject);

/// <summary>A pack as this process knows it: the objects that hold it, and its end, which is still in memory. Thread-safe; what changes the
/// objects takes turns, and whoever comes has precedence over a merger.</summary>
#pragma warning disable CA1001 // Whoever still reads it may wait for its turn when it is forgotten; nothing but memory is held.
internal sealed partial class BucketPack(PackName name, BucketShelf shelf)
#pragma warning restore CA1001
{
    private const int Tries = 4;

    /// <summary>How old what was listed of a pack that another process writes to may be when something is missing there.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Lock state = new();
    private readonly PackTail tail = new();

    /// <summary>Objects that may be there, and must not: nobody knows whether they were put.</summary>
    private readonly List<PackObject> doubtful = [];

    private PackLayout? layout;
    private CancellationTokenSource? merging;
    private int comers;
    private bool hasEnded;
    private long loadedAt;
    private long length;
    private long number;

    public PackName Name => name;

    /// <summary>How often it was opened for writing. Only for the store.</summary>
    public int Openings { get; set; }

    /// <summary>Whether it may be written to by this process. Only for the store.</summary>
    public bool IsOpen { get; set; }

    public long LastUse { get; set; }

    /// <summary>Whether nothing of it waits in memory.</summary>
    public bool IsStored
    {
        get
        {
            lock (state)
            {
                return tail.Chunks.Count == 0 && doubtful.Count == 0;
            }
        }
    }

    /// <summary>Whether it is not this server's any more, or what lies at an offset is of a server that had it later than this one believes
    /// to have it.</summary>
    public bool IsOfOthers(long offset) =>
        shelf.Tenures.AreShared && (shelf.Tenures.Of(name.CameraKey) is not { } tenure || offset >> PackRange.Bits > tenure);

    /// <summary>Fills a buffer from an offset.</summary>
    /// <returns>How many bytes: fewer only at the end.</returns>
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        var asked = TimeProvider.System.GetTimestamp();
        await LoadOnceAsync(cancellation);
        for (var i = 0; i < Tries; i++)
        {
            var (pieces, count) = Find(offset, buffer);
            if ((count < buffer.Length || (shelf.Tenures.AreShared && pieces.Sum(p => p.Buffer.Length) < count))
                && await LookAgainAsync(asked, cancellation))
            {
                (pieces, count) = Find(offset, buffer);
            }

            if (await FillAsync(pieces, cancellation) is not { } gone)
            {
                return count;
            }

            await ReloadAsync(gone, cancellation);
        }

        throw new IOException($"Pack {name} changes faster than it can be read.");
    }

    /// <summary>Lists the objects anew, if nothing of it waits in memory.</summary>
    /// <returns>Its length.</returns>
    public async Task<long> OpenAsync(CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        try
        {
            await DropDoubtfulAsync(cancellation);
            if (IsStored)
            {
                await LoadAsync(cancellation);
                await SweepAsync(cancellation);
            }

            return length;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Whether there is anything of it.</summary>
    public async Task<bool> ExistsAsync(CancellationToken cancellation)
    {
        var asked = TimeProvider.System.GetTimestamp();
        await LoadOnceAsync(cancellation);
        await LookAgainAsync(asked, cancellation);
        lock (state)
        {
            return tail.Chunks.Count > 0 || layout!.Segments.Count > 0;
        }
    }

    /// <summary>See <see cref="IPackStore.FindNextRangeAsync"/>. That a range has lost its begin is found from there on.</summary>
    public async ValueTask<long?> FindNextRangeAsync(long offset, CancellationToken cancellation)
    {
        await LoadOnceAsync(cancellation);
        lock (state)
        {
            if (offset >= length)
            {
                return null;
            }

            var stored = layout?.In(offset, long.MaxValue).Select(s => (long?)s.Start).FirstOrDefault();
            var waiting = tail.Chunks.Where(chunk => chunk.End > offset).Select(chunk => (long?)chunk.Start).FirstOrDefault();
            var next = stored < waiting ? stored : waiting ?? stored;
            return next >> PackRange.Bits > offset >> PackRange.Bits ? next >> PackRange.Bits << PackRange.Bits : null;
        }
    }

    private async Task LoadOnceAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref layout) is not null)
        {
            return;
        }

        await turn.WaitAsync(cancellation);
        try
        {
            if (layout is null)
            {
                await LoadAsync(cancellation);
            }
        }
        finally
        {
            turn.Release();
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
    /// <param name="keepsEnd">Whether this process adds at the end that it knows, whatever the bucket has lost or has behind it.</param>
    private async Task LoadAsync(CancellationToken cancellation, bool keepsEnd = false)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var listed = await ListAsync(cancellation);
        lock (state)
        {
            layout = new PackLayout(listed.Where(o => !doubtful.Exists(d => d.Key == o.Key)));
            number = Math.Max(number, layout.LastNumber);
            length = keepsEnd || tail.Chunks.Count > 0 ? length : layout.Length;
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

    /// <summary>Where the bytes of a range are; those that are in memory, and places that nothing holds, are filled in.</summary>
    private (List<(PackObject Source, long Offset, Memory<byte> Buffer)> Pieces, int Count) Find(long offset, Memory<byte> buffer)
    {
        var pieces = new List<(PackObject, long, Memory<byte>)>();
        lock (state)
        {
            var count = (int)Math.Clamp(length - offset, 0, buffer.Length);
            if (layout is null || count == 0)
            {
                return (pieces, 0);
            }

            var end = offset + count;
            buffer.Span[..count].Clear();
            foreach (var segment in layout.In(offset, end))
            {
                var (from, to) = (Math.Max(offset, segment.Start), Math.Min(end, segment.End));
                pieces.Add((segment.Object, from - segment.Object.Start, buffer[(int)(from - offset)..(int)(to - offset)]));
            }

            tail.Read(offset, buffer.Span[..count]);
            return (pieces, count);
        }
    }

    /// <returns>An object that is not there any more.</returns>
    private async ValueTask<PackObject?> FillAsync(
        List<(PackObject Source, long Offset, Memory<byte> Buffer)> pieces, CancellationToken cancellation)
    {
        foreach (var (source, offset, buffer) in pieces)
        {
            if (!await shelf.Cache.ReadAsync(source, offset, buffer, cancellation))
            {
                return source;
            }
        }

        return null;
    }
}
