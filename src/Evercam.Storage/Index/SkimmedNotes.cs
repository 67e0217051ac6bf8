using System.Globalization;
using Evercam.Archive;

namespace Evercam.Storage.Index;

/// <summary>How pictures are asked for without their long notes, in words that both databases know. Neither reads notes to tell how long
/// they are.</summary>
internal static class SkimmedNotes
{
    private static readonly string Most = ISnapshotIndex.ShortNotesBytes.ToString(CultureInfo.InvariantCulture);

    /// <summary>The columns of a picture in their order, notes only where they are short, and at the end whether there are others.</summary>
    public static string Columns { get; } =
        "SELECT s.taken_at, type, part, entry_offset, header_length, length, sha256, "
        + $"CASE WHEN octet_length(notes) <= {Most} THEN notes END, is_public, coalesce(octet_length(notes) > {Most}, 1 = 0) ";
}
