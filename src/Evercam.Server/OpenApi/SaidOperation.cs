using System.Collections.Frozen;
using System.Globalization;

namespace Evercam.Server.OpenApi;

/// <summary>What is said of an operation beside what its code tells.</summary>
/// <param name="Id">What generated clients call it.</param>
/// <param name="Group">Where readers find it.</param>
/// <param name="Summary">In words.</param>
/// <param name="Answer">The media type of what it answers, or the names of its forms; empty where the code tells.</param>
/// <param name="More">Statuses beside the usual ones.</param>
internal sealed record SaidOperation(string Id, string Group, string Summary, string Answer, IReadOnlyList<int> More)
{
    private static readonly FrozenDictionary<string, SaidOperation> All = DocumentTable.Rows("operations.txt", 6).ToFrozenDictionary(
        row => row[0], row => new SaidOperation(row[1], row[2], row[3], row[4], Statuses(row[5])));

    /// <summary>Whether what it answers is JSON.</summary>
    public bool IsJson => Answer is not "picture" && !Answer.Contains('/', StringComparison.Ordinal);

    /// <param name="route">Such as <c>GET /v1/test</c>.</param>
    public static SaidOperation Of(string route) => All.TryGetValue(route, out var said)
        ? said
        : throw new InvalidOperationException($"operations.txt says nothing of {route}.");

    private static IReadOnlyList<int> Statuses(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(status => int.Parse(status, CultureInfo.InvariantCulture))];
}
