using System.Buffers;

namespace Evercam.Archive.Pack;

/// <summary>Reads pictures that may be deleted meanwhile.</summary>
internal sealed class PictureReader(IPackStore packs)
{
    /// <summary>Whether an entry still begins here, and reaches to its end: somebody may have cut the pack short.</summary>
    public async ValueTask<bool> ExistsAsync(PackAddress address, CancellationToken cancellation)
    {
        var rented = ArrayPool<byte>.Shared.Rent(1);
        try
        {
            var end = address.PictureOffset + address.Length - 1;
            return await packs.ReadAsync(address.Pack, address.Part, end, rented.AsMemory(0, 1), cancellation) == 1
                && await BeginsAsync(address, cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Fills a buffer of the picture's length.</summary>
    /// <returns><see langword="false"/> if it is not there any more.</returns>
    public async ValueTask<bool> ReadAsync(PackAddress address, Memory<byte> buffer, CancellationToken cancellation)
    {
        if (await packs.ReadAsync(address.Pack, address.Part, address.PictureOffset, buffer, cancellation) < buffer.Length)
        {
            return false;
        }

        // An erasure overwrites the header before the picture: if the header still stands, the bytes read were the picture's.
        return await BeginsAsync(address, cancellation);
    }

    /// <summary>Fills a buffer of the entry's length with headers, picture and padding.</summary>
    /// <returns><see langword="false"/> if it is not there any more.</returns>
    public async ValueTask<bool> ReadEntryAsync(PackAddress address, Memory<byte> buffer, CancellationToken cancellation) =>
        await packs.ReadAsync(address.Pack, address.Part, address.Offset, buffer, cancellation) == buffer.Length
        && TarEntry.Classify(buffer.Span[..TarEntry.BlockLength]) == TarEntry.BlockKind.Pax
        && await BeginsAsync(address, cancellation);

    private async ValueTask<bool> BeginsAsync(PackAddress address, CancellationToken cancellation)
    {
        var rented = ArrayPool<byte>.Shared.Rent(TarEntry.BlockLength);
        try
        {
            var block = rented.AsMemory(0, TarEntry.BlockLength);
            return await packs.ReadAsync(address.Pack, address.Part, address.Offset, block, cancellation) == block.Length
                && TarEntry.Classify(block.Span) == TarEntry.BlockKind.Pax;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
