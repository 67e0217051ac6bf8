using System.Buffers;
using System.Runtime.CompilerServices;

namespace Evercam.Archive.Pack;

/// <summary>What stands at one place of a pack.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="End">Where it ends, in bytes.</param>
/// <param name="Snapshot">The picture, for <see cref="PackItemKind.Picture"/> and <see cref="PackItemKind.Altered"/>.</param>
internal sealed record PackItem(PackItemKind Kind, long Offset, long End, Snapshot? Snapshot = null);

internal enum PackItemKind
{
    /// <summary>A whole picture. Its bytes match its hash, if the scan verified.</summary>
    Picture,

    /// <summary>A whole entry whose bytes do not match its hash.</summary>
    Altered,

    /// <summary>An erased entry.</summary>
    Erased,

    /// <summary>Bytes that are no entry: damage, or an entry that was torn.</summary>
    Damage,

    /// <summary>Nothing, up to where another server began to add. Not told to who walks.</summary>
    Gap,
}

/// <summary>Walks the entries of a pack, whatever state a crash or a disk left it in.</summary>
internal static class PackScanner
{
    private const int MaxPaxBody = 16 << 20;

    /// <summary>Reads a pack from an offset at which an entry begins, to the end of the file.</summary>
    public static IAsyncEnumerable<PackItem> ScanAsync(
        IPackStore packs, PackName pack, int part, long start, bool verify, CancellationToken cancellation) =>
        ScanAsync(packs, pack, part, start, long.MaxValue, verify, cancellation);

    /// <summary>Reads a pack from an offset at which an entry begins. Zeros up to the end of the file are its end and yield
    /// nothing; behind damage the walk goes on at the next header.</summary>
    /// <param name="packs">Where the pack lies.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="part">Its part, 0 for the pack itself.</param>
    /// <param name="start">Where to begin; a multiple of 512.</param>
    /// <param name="end">Nothing is looked for from here on; what begins before may reach beyond.</param>
    /// <param name="verify">Whether to read the pictures and compare their hashes.</param>
    /// <param name="cancellation">Ends the walk.</param>
    public static async IAsyncEnumerable<PackItem> ScanAsync(
        IPackStore packs, PackName pack, int part, long start, long end, bool verify,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var offset = start;
        long? damagedFrom = null;
        while (true)
        {
            var item = offset < end ? await ReadItemAsync(packs, pack, part, offset, verify, cancellation) : null;
            if (item is { Kind: not PackItemKind.Damage })
            {
                if (damagedFrom is { } from)
                {
                    yield return new PackItem(PackItemKind.Damage, from, offset);
                    damagedFrom = null;
                }

                if (item.Kind != PackItemKind.Gap)
                {
                    yield return item;
                }

                offset = item.End;
                continue;
            }

            if (item is null)
            {
                if (damagedFrom is { } from)
                {
                    yield return new PackItem(PackItemKind.Damage, from, offset);
                }

                yield break;
            }

            damagedFrom ??= offset;
            offset = item.End;
        }
    }

    /// <summary>The item at an offset; <see langword="null"/> at the end; one block of damage where nothing begins.</summary>
    private static async ValueTask<PackItem?> ReadItemAsync(
        IPackStore packs, PackName pack, int part, long offset, bool verify, CancellationToken cancellation)
    {
        var damage = new PackItem(PackItemKind.Damage, offset, offset + TarEntry.BlockLength);
        var block = new byte[TarEntry.BlockLength];
        var read = await packs.ReadAsync(pack, part, offset, block, cancellation);
        if (read == 0)
        {
            return null;
        }

        if (read < block.Length)
        {
            return damage with { End = offset + read };
        }

        switch (TarEntry.Classify(block))
        {
            case TarEntry.BlockKind.Zero:
                return await FindDataAsync(packs, pack, part, offset, cancellation) is var (next, isRange)
                    ? damage with { Kind = isRange ? PackItemKind.Gap : PackItemKind.Damage, End = next }
                    : null;
            case TarEntry.BlockKind.Erased:
                // Whatever length it says, the next header begins at a block.
                var length = TarEntry.ReadLength(block);
                var end = offset + TarEntry.BlockLength + TarEntry.Padded(length);
                return length >= 0 && await EndsWithinAsync(packs, pack, part, end, cancellation)
                    ? new PackItem(PackItemKind.Erased, offset, end)
                    : damage;
            case TarEntry.BlockKind.Pax:
                return await ReadPictureAsync(packs, pack, part, offset, block, verify, cancellation) ?? damage;
            default:
                return damage;
        }
    }

    private static async ValueTask<PackItem?> ReadPictureAsync(
        IPackStore packs, PackName pack, int part, long offset, byte[] block, bool verify, CancellationToken cancellation)
    {
        var bodyLength = TarEntry.ReadLength(block);
        if (bodyLength is <= 0 or > MaxPaxBody)
        {
            return null;
        }

        var rest = new byte[TarEntry.Padded((int)bodyLength) + TarEntry.BlockLength];
        if (await packs.ReadAsync(pack, part, offset + TarEntry.BlockLength, rest, cancellation) < rest.Length
            || TarEntry.ReadPaxBody(rest.AsSpan(0, (int)bodyLength)) is not { } pax)
        {
            return null;
        }

        var header = rest.AsMemory(rest.Length - TarEntry.BlockLength);
        var length = TarEntry.ReadLength(header.Span);
        if (TarEntry.Classify(header.Span) != TarEntry.BlockKind.File
            || length is < 0 or > int.MaxValue - TarEntry.BlockLength
            || TarEntry.ReadName(header.Span) is not { } name
            || PackName.Of(pack.CameraKey, name.TakenAt) != pack)
        {
            return null;
        }

        var address = new PackAddress(pack, part, offset, TarEntry.BlockLength + rest.Length, (int)length);
        if (!await EndsWithinAsync(packs, pack, part, address.End, cancellation))
        {
            return null;
        }

        var snapshot = new Snapshot
        {
            CameraKey = pack.CameraKey,
            TakenAt = name.TakenAt,
            Type = name.Type,
            Address = address,
            Hash = pax.Hash,
            Notes = pax.Notes,
        };
        var altered = verify && await HashAsync(packs, address, cancellation) != pax.Hash;
        return new PackItem(altered ? PackItemKind.Altered : PackItemKind.Picture, offset, address.End, snapshot);
    }

    /// <summary>The hash of the bytes at an address; the hash of nothing if they are not all there.</summary>
    public static async ValueTask<ContentHash> HashAsync(
        IPackStore packs, PackAddress address, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(address.Length);
        try
        {
            var read = await packs.ReadAsync(
                address.Pack, address.Part, address.PictureOffset, buffer.AsMemory(0, address.Length), cancellation);
            return ContentHash.Of(read == address.Length ? buffer.AsSpan(0, read) : []);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<bool> EndsWithinAsync(
        IPackStore packs, PackName pack, int part, long end, CancellationToken cancellation) =>
        await packs.ReadAsync(pack, part, end - 1, new byte[1], cancellation) == 1;

    /// <summary>The first block behind a run of zeros that is not all zero, and whether another server began to add there;
    /// <see langword="null"/> if there is none.</summary>
    private static async ValueTask<(long Offset, bool IsRange)?> FindDataAsync(
        IPackStore packs, PackName pack, int part, long zeros, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            for (var offset = zeros; ;)
            {
                if (await packs.FindNextRangeAsync(pack, offset, cancellation) is { } range)
                {
                    return (range, true);
                }

                var read = await packs.ReadAsync(pack, part, offset, buffer, cancellation);
                var data = buffer.AsSpan(0, read).IndexOfAnyExcept((byte)0);
                if (data >= 0)
                {
                    return (offset + (data / TarEntry.BlockLength * TarEntry.BlockLength), false);
                }

                if (read < buffer.Length)
                {
                    return null;
                }

                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
