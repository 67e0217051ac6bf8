using Evercam.Archive;
using Evercam.Server.Http;

namespace Evercam.Server.Snapshots;

/// <summary>What the contract asks of a request for stored pictures (4.5, 7). Pure.</summary>
internal static class SnapshotRules
{
    private const string WrongNotes = "notes is invalid";

    /// <summary>How many pictures a page has if nobody says: 100, with data 10.</summary>
    private const int Usual = 100;
    private const int UsualWithData = 10;

    /// <summary>How many characters are kept with a picture.</summary>
    private const int LongestNotes = 10_000;

    /// <summary>How many pictures a page has. Zero and less are as if absent.</summary>
    public static int LimitOf(long? asked, bool withData, SnapshotOptions options)
    {
        var (usual, most) = withData ? (UsualWithData, options.PerPageWithData) : (Usual, options.PerPage);
        return (int)Math.Min(asked > 0 ? asked.Value : usual, most);
    }

    /// <summary>How many pictures stand before a page; <see langword="null"/> if more than there can be.</summary>
    public static long? SkipOf(long? page, int limit)
    {
        var before = page > 1 ? page.Value - 1 : 0;
        return before > long.MaxValue / limit ? null : before * limit;
    }

    /// <exception cref="ApiException">They are too long (400).</exception>
    public static void Check(string? notes)
    {
        if (notes is { Length: > LongestNotes })
        {
            throw ApiException.BrokenRule(WrongNotes);
        }
    }

    /// <summary>What an uploaded file is: what its sender says, or, if that is nothing in particular, what its first bytes say.</summary>
    /// <exception cref="ApiException">It, or its notes, break rules (400).</exception>
    public static PictureType TypeOf(UploadedFile file, string? notes)
    {
        var said = file.MediaType?.Split(';')[0].Trim();
        var isSilent = string.IsNullOrEmpty(said) || said.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase);
        var type = isSilent
            ? PictureTypes.FromFirstBytes(file.Bytes.Span)
            : PictureTypes.FromMediaType(said);
        var broken = new List<string>();
        if (file.Bytes.IsEmpty)
        {
            broken.Add(ParamReader.Blank("data"));
        }

        if (type is null && !(file.Bytes.IsEmpty && isSilent))
        {
            broken.Add("file type not supported");
        }

        if (notes is { Length: > LongestNotes })
        {
            broken.Add(WrongNotes);
        }

        return broken.Count == 0 ? type!.Value : throw ApiException.BrokenRules(broken);
    }
}
