using Evercam.Server.Http;

namespace Evercam.Server.Coverage;

/// <summary><c>GET /cameras/{id}/coverage</c>.</summary>
/// <param name="From">The first second; <see langword="null"/> for a day before the end.</param>
/// <param name="To">The second behind the last; <see langword="null"/> for now.</param>
/// <param name="Limit">How many spans at most, as sent.</param>
internal sealed record CoverageRequest(DateTimeOffset? From, DateTimeOffset? To, long? Limit)
{
    public static ValueTask<CoverageRequest?> BindAsync(HttpContext context) => Params.BindAsync(
        context, read => new CoverageRequest(read.Timestamp("from"), read.Timestamp("to"), read.Integer("limit")));
}
