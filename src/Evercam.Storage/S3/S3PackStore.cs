using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Evercam.Archive;
using Microsoft.Extensions.Logging;

namespace Evercam.Storage.S3;

/// <summary>Packs in a bucket, where nothing can be appended. What is added waits in memory; <see cref="FlushAsync"/> puts it there as a
/// part, and a finished pack's parts are merged into one object. An address in a pack means the same byte all that time.</summary>
internal sealed class S3PackStore : IPackStore, IAsyncDisposable, IDisposable
{
    /// <summary>How many packs are flushed at once.</summary>
    private const int Abreast = 32;

    /// <summary>When so many fail, it is not about packs: the others need not wait for it, too.</summary>
    private const int TooMany = 3;

    private readonly Bucket bucket;
    private readonly OpenMarks marks;
    private readonly BucketPacks packs;
    private readonly Merger merger;
    private readonly TimeSpan partInterval;

    /// <param name="options">How the bucket is used.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="mark">Says whose it is.</param>
    /// <param name="requests">Counts what is asked of it.</param>
    /// <param name="spoolFolder">Where files are that are soon gone again.</param>
    /// <param name="log">Told of what was not merged.</param>
    /// <param name="tenures">Which cameras are this server's; <see langword="null"/> for all.</param>
    /// <param name="largestObject">How many bytes are merged into one object at most: a bucket takes 5 GiB at once.</param>
    public S3PackStore(
        S3Options options, Bucket bucket, BucketMark mark, S3Requests requests, string spoolFolder, ILogger log, ITenures? tenures = null,
        long largestObject = 4L << 30)
    {
        this.bucket = bucket;
        partInterval = options.PartInterval;
        marks = new OpenMarks(bucket);
        Bound = new BufferBound(options.BufferBytes);
        packs = new BucketPacks(new BucketShelf(
            bucket, mark, marks, new BlockCache(bucket, options.CacheBytes), new Spool(spoolFolder), Bound, requests,
            tenures ?? new AloneTenures(), largestObject));
        merger = new Merger(packs.Close, log);
    }

    /// <summary>A tenth of the interval is left for the way to the bucket.</summary>
    public TimeSpan? GathersFor => partInterval * 0.9;

    public long FreeBytes => long.MaxValue;

    public long TotalBytes => long.MaxValue;

    /// <summary>How many packs are to be merged.</summary>
    internal int Merging => merger.Count;

    /// <summary>What waits in memory.</summary>
    internal BufferBound Bound { get; }

    public ValueTask<PackAddress> AppendAsync(
        PackName pack, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> picture, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return packs.Open(pack).AppendAsync(header, picture, cancellation);
    }

    public async Task FlushAsync(IReadOnlyCollection<PackName> packs, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var failed = new ConcurrentDictionary<PackName, IOException>();
        var failures = 0;
        IOException? last = null;
        await Parallel.ForEachAsync(packs, new ParallelOptions { MaxDegreeOfParallelism = Abreast }, async (name, _) =>
        {
            if (Volatile.Read(ref failures) >= TooMany)
            {
                failed[name] = last!;
                return;
            }

            try
            {
                await (this.packs.Find(name)?.FlushAsync() ?? Task.CompletedTask);
            }
            catch (CameraElsewhereException elsewhere)
            {
                // It says nothing of the bucket, nor of any other camera.
                failed[name] = elsewhere;
            }
            catch (IOException reason)
            {
                failed[name] = reason;
                last = reason;
                Interlocked.Increment(ref failures);
            }
        });
        if (!failed.IsEmpty)
        {
            throw new PacksNotDurableException(failed);
        }
    }

    public async ValueTask<int> ReadAsync(PackName pack, int part, long offset, Memory<byte> buffer, CancellationToken cancellation) =>
        part == 0 ? await packs.Get(pack, offset).ReadAsync(offset, buffer, cancellation) : 0;

    public async ValueTask<bool> ReadBothAsync(
        PackName pack,
        int part,
        (long Offset, Memory<byte> Buffer) first,
        (long Offset, Memory<byte> Buffer) second,
        CancellationToken cancellation)
    {
        if (part != 0)
        {
            return false;
        }

        // What is erased meanwhile is erased for the second one, too.
        var read = packs.Get(pack, first.Offset);
        return await read.ReadAsync(first.Offset, first.Buffer, cancellation) == first.Buffer.Length
            && await read.ReadAsync(second.Offset, second.Buffer, cancellation) == second.Buffer.Length;
    }

    public async Task EraseAsync(IReadOnlyCollection<PackAddress> entries, CancellationToken cancellation)
    {
        foreach (var pack in entries.GroupBy(e => e.Pack))
        {
            await packs.Get(pack.Key).EraseAsync([.. pack], cancellation);
        }
    }

    public Task SealAsync(PackName pack, CancellationToken cancellation) => OpenAsync(pack, async (sealing, openings) =>
    {
        if (await sealing.SealAsync(cancellation))
        {
            packs.Close(sealing, openings);
        }
        else
        {
            merger.Add(sealing, openings);
        }

        return true;
    });

    public async Task<IReadOnlyList<PackName>> ListOpenAsync(CancellationToken cancellation) =>
        [.. (await marks.ListAsync(cancellation)).Where(pack => !merger.Has(pack))];

    public Task<long> OpenAsync(PackName pack, CancellationToken cancellation) => OpenAsync(pack, async (opened, openings) =>
    {
        var length = await opened.OpenAsync(cancellation);
        if (length == 0)
        {
            packs.Close(opened, openings);
        }

        return length;
    });

    public bool WasReplaced(PackName pack) => false;

    public Task TruncateAsync(PackName pack, long end, CancellationToken cancellation) => OpenAsync(pack, async (cut, _) =>
    {
        await cut.TruncateAsync(end, cancellation);
        return true;
    });

    public async Task<int> HoldPlacesAsync(PackName pack, IReadOnlyCollection<PackAddress> entries, CancellationToken cancellation) =>
        entries.Count == 0 ? 0 : await OpenAsync(pack, (holding, _) => holding.HoldPlacesAsync(entries, cancellation));

    public ValueTask<long?> FindNextRangeAsync(PackName pack, long offset, CancellationToken cancellation) =>
        packs.Get(pack, offset).FindNextRangeAsync(offset, cancellation);

    public async Task LetGoAsync(long cameraKey, CancellationToken cancellation)
    {
        foreach (var pack in packs.Drop(cameraKey))
        {
            await pack.EndAsync(cancellation);
        }

        await marks.LookAgainAsync(cameraKey, cancellation);
    }

    public bool MayDelete(PackName pack) => true;

    public Task DeleteAsync(PackName pack, CancellationToken cancellation) => OpenAsync(pack, async (deleted, openings) =>
    {
        await deleted.DeleteAsync(isForGood: false, cancellation);
        packs.Close(deleted, openings);
        return true;
    });

    public async Task DeleteCameraAsync(long cameraKey, CancellationToken cancellation)
    {
        foreach (var pack in packs.ListOpen(cameraKey))
        {
            await pack.DeleteAsync(isForGood: true, cancellation);
            packs.Close(pack, pack.Openings);
        }

        await DeleteListedAsync(bucket.Names.CameraFolder(cameraKey), cancellation);

        // A request that was given up may have come through meanwhile, and so may one of another server.
        await DeleteListedAsync(bucket.Names.CameraFolder(cameraKey), cancellation);
        await marks.RemoveAsync(cameraKey, cancellation);
    }

    public async IAsyncEnumerable<PackName> ListAsync(
        Action<IOException> unlisted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var inMemory = packs.ListOpen().Where(pack => !pack.IsStored).ToLookup(pack => pack.Name.CameraKey, pack => pack.Name);
        var folders = await bucket.ListFoldersAsync(bucket.Names.Prefix, cancellation);
        foreach (var camera in folders.Select(bucket.Names.ReadCamera).OfType<long>().Union(inMemory.Select(c => c.Key)).Order())
        {
            var found = new SortedSet<PackName>(inMemory[camera], Comparer<PackName>.Create((one, other) => one.Hour.CompareTo(other.Hour)));
            await foreach (var (key, _) in bucket.ListAsync(bucket.Names.CameraFolder(camera), cancellation))
            {
                if (bucket.Names.ReadPack(camera, key) is { } pack)
                {
                    found.Add(pack);
                }
            }

            foreach (var pack in found)
            {
                yield return pack;
            }
        }
    }

    public async Task<IReadOnlyList<int>> ListPartsAsync(PackName pack, CancellationToken cancellation) =>
        await packs.Get(pack).ExistsAsync(cancellation) ? [0] : [];

    public Task WriteCardAsync(long cameraKey, ReadOnlyMemory<byte> card, CancellationToken cancellation) =>
        bucket.PutAsync(bucket.Names.Card(cameraKey), card, cancellation);

    public Task<byte[]?> ReadCardAsync(long cameraKey, CancellationToken cancellation) =>
        bucket.GetAsync(bucket.Names.Card(cameraKey), cancellation);

    public Task WriteKeptAsync(PackName pack, ReadOnlyMemory<byte> list, CancellationToken cancellation) =>
        list.Length == 0
            ? bucket.DeleteAsync(bucket.Names.KeptOf(pack), cancellation)
            : bucket.PutAsync(bucket.Names.KeptOf(pack), list, cancellation);

    public Task<byte[]?> ReadKeptAsync(PackName pack, CancellationToken cancellation) =>
        bucket.GetAsync(bucket.Names.KeptOf(pack), cancellation);

    public Task WriteTimeAsync(ReadOnlyMemory<byte> text, CancellationToken cancellation) =>
        bucket.PutAsync(bucket.Names.Time, text, cancellation);

    public Task<byte[]?> ReadTimeAsync(CancellationToken cancellation) => bucket.GetAsync(bucket.Names.Time, cancellation);

    public ValueTask DisposeAsync() => merger.DisposeAsync();

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Opens a pack to change it.</summary>
    /// <exception cref="CameraElsewhereException">It is another server's, and only read.</exception>
    private async Task<T> OpenAsync<T>(PackName pack, Func<BucketPack, int, Task<T>> change)
    {
        var opened = packs.Open(pack);
        var openings = opened.Openings;
        try
        {
            return await change(opened, openings);
        }
        catch (CameraElsewhereException)
        {
            packs.Close(opened, openings);
            throw;
        }
    }

    private async Task DeleteListedAsync(string folder, CancellationToken cancellation)
    {
        var keys = new List<string>();
        await foreach (var found in bucket.ListAsync(folder, cancellation))
        {
            keys.Add(found.Key);
        }

        await bucket.DeleteAsync(keys, cancellation);
    }
}
