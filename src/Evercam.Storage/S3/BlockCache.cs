namespace Evercam.Storage.S3;

/// <summary>The blocks of objects that are looked at, in memory up to a bound; those that nobody has looked at for longest go. Whoever asks
/// for a block that is on its way waits for it. Thread-safe.</summary>
/// <param name="bucket">Where the objects are.</param>
/// <param name="capacity">How many bytes are kept at most.</param>
internal sealed class BlockCache(Bucket bucket, long capacity)
{
    private const int BlockLength = 256 << 10;

    /// <summary>How many blocks are fetched at once when one after the other is read.</summary>
    private const int Ahead = 4;

    private readonly Lock state = new();
    private readonly Dictionary<(string Key, long Number), LinkedListNode<Block>> blocks = [];
    private readonly LinkedList<Block> byUse = new();
    private long kept;

    /// <summary>How many bytes are kept.</summary>
    public long Bytes => Volatile.Read(ref kept);

    /// <summary>Fills a buffer from an object.</summary>
    /// <param name="source">The object.</param>
    /// <param name="offset">Where to begin in it; the buffer must end within it.</param>
    /// <param name="buffer">What is filled.</param>
    /// <param name="cancellation">Ends the wait; the fetch goes on.</param>
    /// <returns><see langword="false"/> if the object is not there any more.</returns>
    public async ValueTask<bool> ReadAsync(PackObject source, long offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        while (buffer.Length > 0)
        {
            var (number, from) = (offset / BlockLength, (int)(offset % BlockLength));
            var bytes = await GetAsync(source, number).WaitAsync(cancellation);
            if (bytes is null)
            {
                return false;
            }

            var length = Math.Min(buffer.Length, bytes.Length - from);
            if (length <= 0)
            {
                return false;
            }

            bytes.AsMemory(from, length).CopyTo(buffer);
            (offset, buffer) = (offset + length, buffer[length..]);
        }

        return true;
    }

    /// <summary>An object is gone: its bytes are not to be given any more.</summary>
    public void Drop(PackObject gone)
    {
        lock (state)
        {
            for (var number = 0L; number * BlockLength < gone.End - gone.Start; number++)
            {
                Forget((gone.Key, number));
            }
        }
    }

    private Task<byte[]?> GetAsync(PackObject source, long number)
    {
        lock (state)
        {
            if (blocks.TryGetValue((source.Key, number), out var known))
            {
                byUse.Remove(known);
                byUse.AddFirst(known);
                return known.Value.Bytes;
            }

            var count = blocks.ContainsKey((source.Key, number - 1)) ? CountAhead(source, number) : 1;
            var (from, to) = (number * BlockLength, Math.Min((number + count) * BlockLength, source.End - source.Start));
            var fetched = Task.Run(() => bucket.ReadAsync(source.Key, from, (int)(to - from), CancellationToken.None));
            for (var i = 0; i < count; i++)
            {
                Keep(source.Key, number + i, (int)Math.Min(BlockLength, to - from - (i * (long)BlockLength)), i * BlockLength, fetched);
            }

            return blocks[(source.Key, number)].Value.Bytes;
        }
    }

    private int CountAhead(PackObject source, long number)
    {
        var count = 1;
        while (count < Ahead && (number + count) * BlockLength < source.End - source.Start && !blocks.ContainsKey((source.Key, number + count)))
        {
            count++;
        }

        return count;
    }

    private void Keep(string key, long number, int length, int offset, Task<byte[]?> fetched)
    {
        var block = new Block((key, number), length, CutAsync((key, number), fetched, offset, length));
        blocks[(key, number)] = byUse.AddFirst(block);
        kept += length;
        while (kept > capacity && byUse.Last is { } oldest && oldest.Value != block)
        {
            Forget(oldest.Value.Name);
        }
    }

    /// <summary>What could not be fetched is not kept.</summary>
    private async Task<byte[]?> CutAsync((string Key, long Number) name, Task<byte[]?> fetched, int offset, int length)
    {
        // It must not be forgotten before it is kept.
        await Task.Yield();
        byte[]? bytes = null;
        try
        {
            bytes = await fetched;
        }
        finally
        {
            if (bytes is null)
            {
                lock (state)
                {
                    Forget(name);
                }
            }
        }

        return bytes is null || offset >= bytes.Length ? null
            : offset == 0 && bytes.Length <= length ? bytes
            : bytes[offset..Math.Min(bytes.Length, offset + length)];
    }

    private void Forget((string Key, long Number) name)
    {
        if (blocks.Remove(name, out var block))
        {
            byUse.Remove(block);
            kept -= block.Value.Length;
        }
    }

    private sealed record Block((string Key, long Number) Name, int Length, Task<byte[]?> Bytes);
}
