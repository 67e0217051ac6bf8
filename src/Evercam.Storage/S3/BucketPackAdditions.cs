using Evercam.Archive;
using Evercam.Archive.Pack;

namespace Evercam.Storage.S3;

/// <summary>What is added to the end of a pack, and put as parts.</summary>
internal sealed partial class BucketPack
{
    /// <summary>Adds an entry; it is in memory until <see cref="FlushAsync"/>.</summary>
    /// <exception cref="PacksUnavailableException">The bucket does not answer, or too much waits for it.</exception>
    /// <exception cref="CameraElsewhereException">Another server adds to it.</exception>
    public async ValueTask<PackAddress> AppendAsync(
        ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> picture, CancellationToken cancellation)
    {
        var rangeStart = RangeStart;
        await LoadOnceAsync(cancellation);
        DemandOwn();
        var padding = TarEntry.Padded(picture.Length) - picture.Length;
        var bytes = (long)header.Length + picture.Length + padding;
        if (!shelf.Bound.TryTake(bytes))
        {
            throw new PacksUnavailableException($"As many pictures wait for the bucket {shelf.Bucket} as may.");
        }

        lock (state)
        {
            length = Math.Max(length, rangeStart);
            var address = new PackAddress(name, 0, length, header.Length, picture.Length);
            tail.Append(length, header.Span, picture.Span, padding);
            length += bytes;
            shelf.Marks.Add(name);
            return address;
        }
    }

    /// <summary>Puts into the bucket what was added until now.</summary>
    /// <exception cref="IOException">Not all of it may be there.</exception>
    public async Task FlushAsync()
    {
        await TakeTurnAsync(CancellationToken.None);
        try
        {
            await SendTailAsync();
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task SendTailAsync()
    {
        if (IsStored)
        {
            return;
        }

        var end = length;
        DemandOwn();
        await DropDoubtfulAsync(CancellationToken.None);
        while (NextToSend(end) is var (chunk, part))
        {
            await shelf.Mark.DemandAsync(CancellationToken.None);
            await shelf.Marks.StoreAsync(name, CancellationToken.None);
            DemandOwn();
            await shelf.Bucket.PutAsync(part.Key, chunk.Bytes, CancellationToken.None);
            lock (state)
            {
                layout!.Add(part);
                shelf.Bound.Release(chunk.Length);
                shelf.Requests.CountPictures(chunk.Pictures);
                tail.Remove(chunk);
            }
        }
    }

    private (TailChunk Chunk, PackObject Part)? NextToSend(long end)
    {
        lock (state)
        {
            return tail.Chunks.Count == 0 || tail.Chunks[0].Start >= end
                ? null
                : (tail.Chunks[0], tail.Chunks[0].SendAs(() => NewObject(tail.Chunks[0].Start, tail.Chunks[0].Length)));
        }
    }
}
