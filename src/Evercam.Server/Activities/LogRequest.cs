using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Activities;

/// <summary><c>GET /cameras/{id}/logs</c>.</summary>
/// <param name="From">The first second.</param>
/// <param name="To">The last second.</param>
/// <param name="Limit">Lines per page.</param>
/// <param name="Page">Which page; the first is 0.</param>
/// <param name="Kinds">What to tell of; <see langword="null"/> for everything.</param>
/// <param name="Objects">Whether lines are objects rather than sentences.</param>
internal sealed record LogRequest(
    DateTimeOffset? From, DateTimeOffset? To, int Limit, long Page, IReadOnlyList<ActivityKind>? Kinds, bool Objects)
{
    private const int UsualLimit = 50;
    private const int HighestLimit = 1_000;

    /// <summary>Lines before the page; <see langword="null"/> if no log is that long.</summary>
    public int? Skip => Page * Limit <= int.MaxValue ? (int)(Page * Limit) : null;

    public static ValueTask<LogRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new LogRequest(
        read.Timestamp("from"),
        read.Timestamp("to"),
        read.Integer("limit") is > 0 and var limit ? (int)Math.Min(limit, HighestLimit) : UsualLimit,
        Math.Clamp(read.Integer("page") ?? 0, 0, int.MaxValue),
        read.Text("types") is { } types && !string.IsNullOrWhiteSpace(types) ? ActivityNames.Read(types) : null,
        read.Boolean("objects") ?? false));
}
