using System.Globalization;
using System.Text;
using Evercam.Archive;

namespace Evercam.Storage.Backups;

/// <summary>What was deleted after the database had been copied and before its packs were, where such a copy cannot be changed any more. A
/// line for each range: the camera's key, and its first microsecond and the one after it, of Unix time.</summary>
internal static class DeletedList
{
    public static Task WriteAsync(string file, IEnumerable<DeletedRange> ranges, CancellationToken cancellation) =>
        StableCopy.MakeAsync(file, unfinished => File.WriteAllLinesAsync(
            unfinished,
            ranges.Select(range => string.Create(
                CultureInfo.InvariantCulture,
                $"{range.CameraKey} {range.From.ToUnixMicroseconds()} {range.To.ToUnixMicroseconds()}")),
            new UTF8Encoding(false),
            cancellation));

    /// <exception cref="StorageUnusableException">It is none.</exception>
    public static async Task<IReadOnlyList<DeletedRange>> ReadAsync(string file, CancellationToken cancellation)
    {
        var lines = await File.ReadAllLinesAsync(file, cancellation);
        return [.. lines.Select(line => RangeOf(line) ?? throw new StorageUnusableException($"{file} is damaged: it has the line '{line}'."))];
    }

    private static DeletedRange? RangeOf(string line)
    {
        var numbers = line.Split(' ')
            .Select(word => long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : (long?)null)
            .ToList();
        try
        {
            return numbers is [{ } camera, { } from, { } to]
                ? new(camera, ArchiveTime.FromUnixMicroseconds(from), ArchiveTime.FromUnixMicroseconds(to))
                : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}

/// <summary>Pictures of a camera that are to have no rows.</summary>
/// <param name="CameraKey">The camera.</param>
/// <param name="From">The first moment.</param>
/// <param name="To">The moment after the last one.</param>
internal readonly record struct DeletedRange(long CameraKey, DateTimeOffset From, DateTimeOffset To);
