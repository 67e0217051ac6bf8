namespace Evercam.Server.Cameras;

/// <summary>How ids are searched for (contract 4.10). Pure.</summary>
internal static class CameraSearch
{
    /// <summary>Says in a pattern that the next character stands for itself.</summary>
    public const string Escape = "\\";

    private const int UsualLimit = 100;
    private const int HighestLimit = 1_000;

    /// <summary>What is skipped is looked through, too: nobody walks that far, but by asking for what ids start with.</summary>
    private const int HighestOffset = 1_000_000;

    /// <summary>How many to skip; <see langword="null"/> if so many that nothing is looked for.</summary>
    public static int? OffsetOf(PublicRequest request) =>
        request.Offset is > HighestOffset ? null : (int)Math.Max(request.Offset ?? 0, 0);

    public static int LimitOf(PublicRequest request) =>
        request.Limit is > 0 and var limit ? (int)Math.Min(limit, HighestLimit) : UsualLimit;

    /// <summary>What ids must look like, as patterns for LIKE; <see langword="null"/> if none can. The databases disagree on
    /// whether LIKE minds the case. Ids are lower case, so it is settled here.</summary>
    public static IReadOnlyList<string>? PatternsOf(PublicRequest request)
    {
        var (start, end, part) = (Literal(request.Start, request), Literal(request.End, request), Literal(request.Part, request));
        List<string> patterns = [];
        Add(start, $"{start}%");
        Add(end, $"%{end}");
        Add(part, $"%{part}%");
        return patterns.Exists(pattern => pattern.Any(char.IsAsciiLetterUpper)) ? null : patterns;

        void Add(string? text, string pattern)
        {
            if (text is not null)
            {
                patterns.Add(pattern);
            }
        }
    }

    private static string? Literal(string? text, PublicRequest request) =>
        (request.CaseSensitive ? text : text?.ToLowerInvariant())
            ?.Replace(Escape, Escape + Escape, StringComparison.Ordinal)
            .Replace("%", Escape + "%", StringComparison.Ordinal)
            .Replace("_", Escape + "_", StringComparison.Ordinal);
}
