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
            return await FillAsync(address, address.PictureOffset + address.Length - 1, rented.AsMemory(0, 1), cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Fills a buffer of the picture's length.</summary>
    /// <returns><see langword="false"/> if it is not there any more.</returns>
    public ValueTask<bool> ReadAsync(PackAddress address, Memory<byte> buffer, CancellationToken cancellation) =>
        FillAsync(address, address.PictureOffset, buffer, cancellation);

    /// <summary>Fills a buffer of the entry's length with headers, picture and padding.</summary>
    /// <returns><see langword="false"/> if it is not there any more.</returns>
    public async ValueTask<bool> ReadEntryAsync(PackAddress address, Memory<byte> buffer, CancellationToken cancellation) =>
        await FillAsync(address, address.Offset, buffer, cancellation)
        && TarEntry.Classify(buffer.Span[..TarEntry.BlockLength]) == TarEntry.BlockKind.Pax;

    /// <summary>Fills a buffer with a part of an entry, and looks then whether the entry still begins: an erasure overwrites the header
    /// before the picture. If the header still stands, the bytes read were the picture's.</summary>
    private async ValueTask<bool> FillAsync(PackAddress address, long offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        var rented = ArrayPool<byte>.Shared.Rent(TarEntry.BlockLength);
        try
        {
            var block = rented.AsMemory(0, TarEntry.BlockLength);
            return await packs.ReadBothAsync(address.Pack, address.Part, (offset, buffer), (address.Offset, block), cancellation)
                && TarEntry.Classify(block.Span) == TarEntry.BlockKind.Pax;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
