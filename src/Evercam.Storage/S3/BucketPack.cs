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

    /// <summary>The names of those that were deleted, should they come late.</summary>
    private readonly HashSet<string> dropped = [];

    private PackLayout? layout;
    private CancellationTokenSource? merging;
    private int comers;
    private bool hasEnded;
    private long loadedAt;

    /// <summary>Where what this process adds comes next; for whoever only reads, where everything ends.</summary>
    private long length;
    private long number;

    public PackName Name => name;

    /// <summary>How often it was opened for writing. Only for the store.</summary>
    public int Openings { get; set; }

    /// <summary>Whether it may be written to by this process. Only for the store.</summary>
    public bool IsOpen { get; set; }

    public long LastUse { get; set; }

    /// <summary>Where everything ends that can be read, whoever put it there.</summary>
    private long Readable => Math.Max(length, layout?.Length ?? 0);

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
            DemandOwn();
            if (IsStored)
            {
                await LoadAsync(cancellation);
                DemandOwn();
                await DropDoubtfulAsync(cancellation);
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
            if (offset >= Readable)
            {
                return null;
            }

            var stored = layout?.In(offset, long.MaxValue).Select(s => (long?)s.Start).FirstOrDefault();
            var waiting = tail.Chunks.Where(chunk => chunk.End > offset).Select(chunk => (long?)chunk.Start).FirstOrDefault();
            var next = stored < waiting ? stored : waiting ?? stored;
            return next >> PackRange.Bits > offset >> PackRange.Bits ? next >> PackRange.Bits << PackRange.Bits : null;
        }
    }

    /// <summary>Where the bytes of a range are; those that are in memory, and places that nothing holds, are filled in.</summary>
    private (List<(PackObject Source, long Offset, Memory<byte> Buffer)> Pieces, int Count) Find(long offset, Memory<byte> buffer)
    {
        var pieces = new List<(PackObject, long, Memory<byte>)>();
        lock (state)
        {
            var count = (int)Math.Clamp(Readable - offset, 0, buffer.Length);
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
