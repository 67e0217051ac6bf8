using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Evercam.Archive;

namespace Evercam.Storage.S3;

/// <summary>An object that holds a range of a pack, written once: parts, their merger, and what takes the place of either after an
/// erasure. Where ranges overlap, the bytes of the later one count.</summary>
/// <param name="Start">Where the range begins, in bytes from the start of the pack.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Number">Higher than those of all that were written before.</param>
/// <param name="Key">Its name in the bucket.</param>
internal sealed record PackObject(long Start, long End, long Number, string Key)
{
    /// <summary>The tenure in which it was put.</summary>
    public long Tenure => Math.Max(Start >> PackRange.Bits, (Number - 1) / PackRange.Numbers);

    /// <summary>A new one: <c>7/2026/11/23/10/000000102400-000002-1a2b3c4d.tar</c>. The end is by chance: no name is used again, whatever
    /// was forgotten of those before, since blocks of an object are remembered by its name.</summary>
    public static PackObject New(ObjectNames names, PackName pack, long start, long length, long number) => new(
        start,
        start + length,
        number,
        string.Create(CultureInfo.InvariantCulture, $"{names.FolderOf(pack)}{start:D12}-{number:D6}-{Guid.NewGuid().ToString("N")[..8]}.tar"));

    /// <summary>That of a pack on disk, or of a range of it, with when it was written last.</summary>
    public static PackObject CopyOf(ObjectNames names, PackName pack, long start, long length, DateTime writtenAt) => new(
        start,
        start + length,
        1,
        string.Create(CultureInfo.InvariantCulture, $"{names.FolderOf(pack)}{start:D12}-{1:D6}-{writtenAt.Ticks:x}.tar"));

    /// <summary>One that was listed.</summary>
    public static bool TryRead(string key, long length, [NotNullWhen(true)] out PackObject? found)
    {
        found = null;
        var name = key[(key.LastIndexOf('/') + 1)..];
        if (!name.EndsWith(".tar", StringComparison.Ordinal)
            || name[..^4].Split('-') is not [var start, var number, _]
            || !long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        found = new PackObject(from, from + length, count, key);
        return true;
    }
}
