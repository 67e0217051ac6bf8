using System.Buffers;

namespace Evercam.Storage.S3;

/// <summary>The end of a pack that is not in the bucket yet, in memory. What was once sent under a name is never sent changed under the
/// same: nobody knows whether it has arrived, or will. Not thread-safe.</summary>
internal sealed class PackTail
{
    private readonly List<TailChunk> chunks = [];

    /// <summary>What waits, in the order of the pack.</summary>
    public IReadOnlyList<TailChunk> Chunks => chunks;

    public long Bytes => chunks.Sum(c => (long)c.Length);

    /// <summary>Adds bytes at an offset behind all others.</summary>
    public void Append(long offset, ReadOnlySpan<byte> header, ReadOnlySpan<byte> picture, int padding)
    {
        if (chunks.Count == 0 || chunks[^1].Object is not null || chunks[^1].End != offset)
        {
            chunks.Add(new TailChunk(offset));
        }

        var chunk = chunks[^1];
        chunk.Append(header, header.Length + picture.Length + padding);
        chunk.Append(picture, picture.Length + padding);
        chunk.Append(stackalloc byte[padding], padding);
        chunk.Pictures++;
    }

    /// <summary>Writes over what lies in a range.</summary>
    /// <returns>The objects that it was sent as before, and that may be there.</returns>
    public IReadOnlyList<PackObject> Overwrite(long offset, ReadOnlySpan<byte> bytes)
    {
        var former = new List<PackObject>();
        foreach (var chunk in chunks)
        {
            var from = Math.Max(offset, chunk.Start);
            var to = Math.Min(offset + bytes.Length, chunk.End);
            if (from < to)
            {
                former.AddRange(chunk.Rename());
                bytes[(int)(from - offset)..(int)(to - offset)].CopyTo(chunk.Bytes.Span[(int)(from - chunk.Start)..]);
            }
        }

        return former;
    }

    /// <summary>Fills a buffer with what lies in its range.</summary>
    public void Read(long offset, Span<byte> buffer)
    {
        foreach (var chunk in chunks)
        {
            var from = Math.Max(offset, chunk.Start);
            var to = Math.Min(offset + buffer.Length, chunk.End);
            if (from < to)
            {
                chunk.Bytes.Span[(int)(from - chunk.Start)..(int)(to - chunk.Start)].CopyTo(buffer[(int)(from - offset)..]);
            }
        }
    }

    /// <summary>Cuts off what lies behind an end.</summary>
    /// <returns>The objects that it was sent as before, and that may be there.</returns>
    public IReadOnlyList<PackObject> Clip(long end)
    {
        var former = new List<PackObject>();
        for (var i = chunks.Count - 1; i >= 0 && chunks[i].End > end; i--)
        {
            former.AddRange(chunks[i].Rename());
            chunks[i].Clip(Math.Max(chunks[i].Start, end));
            if (chunks[i].Length == 0)
            {
                Remove(chunks[i]);
            }
        }

        return former;
    }

    public void Remove(TailChunk chunk)
    {
        chunks.Remove(chunk);
        chunk.Dispose();
    }

}

/// <summary>Entries that will be one part.</summary>
internal sealed class TailChunk(long start) : IDisposable
{
    private const int FirstLength = 64 << 10;

    private byte[] buffer = [];

    public long Start => start;

    public int Length { get; private set; }

    public long End => start + Length;

    public Memory<byte> Bytes => buffer.AsMemory(0, Length);

    /// <summary>The object that it is being sent as; <see langword="null"/> until it is.</summary>
    public PackObject? Object { get; private set; }

    /// <summary>How many entries were added.</summary>
    public int Pictures { get; set; }

    public PackObject SendAs(Func<PackObject> name) => Object ??= name();

    /// <summary>Its bytes change: they are sent under another name.</summary>
    /// <returns>The name that they were sent under before, if they were.</returns>
    public PackObject[] Rename()
    {
        var sent = Object;
        Object = null;
        return sent is null ? [] : [sent];
    }

    /// <param name="bytes">What is added.</param>
    /// <param name="expected">How many bytes will come, these included.</param>
    public void Append(ReadOnlySpan<byte> bytes, int expected)
    {
        if (Length + expected > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstLength, Math.Max(Length + expected, buffer.Length * 2)));
            Bytes.CopyTo(larger);
            Release();
            buffer = larger;
        }

        bytes.CopyTo(buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Clip(long end) => Length = (int)(end - start);

    public void Dispose() => Release();

    private void Release()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }
}
