using System.Buffers;
using System.Text;

namespace Evercam.Archive.Pack;

/// <summary>Reads pictures that may be deleted meanwhile.</summary>
internal sealed class PictureReader(IPackStore packs)
{
    /// <summary>Of the beginning of an entry: its first header, and the block behind it, in which the hash stands.</summary>
    private const int HeadLength = 2 * TarEntry.BlockLength;

    /// <summary>Whether an entry still begins here, and reaches to its end: somebody may have cut the pack short.</summary>
    public async ValueTask<bool> ExistsAsync(PackAddress address, CancellationToken cancellation)
    {
        var rented = ArrayPool<byte>.Shared.Rent(1);
        try
        {
            return await FillAsync(address, hash: null, address.PictureOffset + address.Length - 1, rented.AsMemory(0, 1), cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Fills a buffer with the picture from an offset on.</summary>
    /// <returns><see langword="false"/> if it is not there any more.</returns>
    public ValueTask<bool> ReadAsync(Snapshot snapshot, int offset, Memory<byte> buffer, CancellationToken cancellation) =>
        FillAsync(snapshot.Address, KnownFrom(snapshot, offset), snapshot.Address.PictureOffset + offset, buffer, cancellation);

    /// <summary>Fills a buffer with headers, picture and padding from an offset on.</summary>
    /// <returns><see langword="false"/> if it is not there any more.</returns>
    public async ValueTask<bool> ReadEntryAsync(Snapshot snapshot, long offset, Memory<byte> buffer, CancellationToken cancellation) =>
        await FillAsync(snapshot.Address, KnownFrom(snapshot, offset), snapshot.Address.Offset + offset, buffer, cancellation)
        && (offset > 0 || TarEntry.Classify(buffer.Span[..TarEntry.BlockLength]) == TarEntry.BlockKind.Pax);

    /// <summary>Between two pieces of a picture there may be minutes, and another pack in the place of that one: what goes on must be the
    /// same picture.</summary>
    private static ContentHash? KnownFrom(Snapshot snapshot, long offset) => offset > 0 ? snapshot.Hash : null;

    /// <summary>Fills a buffer with a part of an entry, and looks then whether the entry still begins: an erasure overwrites the header
    /// before the picture. If the header still stands, the bytes read were the picture's.</summary>
    private async ValueTask<bool> FillAsync(
        PackAddress address, ContentHash? hash, long offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        var rented = ArrayPool<byte>.Shared.Rent(HeadLength);
        try
        {
            var head = rented.AsMemory(0, hash is null ? TarEntry.BlockLength : HeadLength);
            return await packs.ReadBothAsync(address.Pack, address.Part, (offset, buffer), (address.Offset, head), cancellation)
                && TarEntry.Classify(head.Span[..TarEntry.BlockLength]) == TarEntry.BlockKind.Pax
                && (hash is not { } known || head.Span[TarEntry.BlockLength..].IndexOf(Encoding.ASCII.GetBytes(known.ToString())) >= 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
