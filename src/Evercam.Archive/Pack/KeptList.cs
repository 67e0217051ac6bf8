using System.Text;

namespace Evercam.Archive.Pack;

/// <summary>The list beside a pack of its pictures that are to be kept: their names in the pack, a line each, ascending. So
/// <c>tar xf 10.tar -T 10.keep</c> takes out exactly those.</summary>
internal static class KeptList
{
    public static SortedSet<string> Read(byte[]? text) => new(
        text is null ? [] : Encoding.ASCII.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        StringComparer.Ordinal);

    public static byte[] Encode(IEnumerable<string> names) => Encoding.ASCII.GetBytes(string.Concat(names.Select(name => name + "\n")));

    public static string NameOf(Snapshot snapshot) => TarEntry.NameOf(snapshot.TakenAt, snapshot.Type);

    /// <summary>The moments of those names that a pack can hold.</summary>
    public static IEnumerable<DateTimeOffset> Moments(PackName pack, IEnumerable<string> names) => names
        .Select(name => TarEntry.ReadName(name)?.TakenAt)
        .OfType<DateTimeOffset>()
        .Where(moment => PackName.Of(pack.CameraKey, moment) == pack);
}
