using Evercam.Archive;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Coverage;

/// <summary>When a camera was recorded, and why not at other times.</summary>
internal static class CoverageEndpoints
{
    /// <summary>More spans than a year of a wretched camera has, and few enough to be held at once.</summary>
    private const int MostSpans = 25_000;

    private static readonly TimeSpan Usual = TimeSpan.FromDays(1);

    public static void MapCoverage(this IEndpointRouteBuilder api) =>
        api.MapGet("/cameras/{id}/coverage", ShowAsync).NeedsStored(CameraRights.List);

    private static async Task<CoverageResult> ShowAsync(
        CoverageRequest request,
        CameraAccess access,
        EvercamDb db,
        TimeProvider clock,
        HttpResponse response,
        CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var until = request.To ?? now;
        var (from, to) = ((request.From ?? ArchiveTime.Add(until, -Usual)).ToUnixTimeSeconds(), until.ToUnixTimeSeconds());
        if (from >= to)
        {
            throw ApiException.BadRequest("From must be before to");
        }

        var limit = request.Limit is > 0 and < MostSpans and var asked ? (int)asked : MostSpans;

        // Nobody knows the future.
        var known = Math.Min(to, now.ToUnixTimeSeconds());
        var spans = from < known
            ? await db.ReadCoverageAsync(access.Camera.Key, from, known, limit, cancellation)
            : [];
        if (spans is [.., var last] && last.To < known)
        {
            response.Headers.Link = FormattableString.Invariant($"<?from={last.To}&to={to}&limit={limit}>; rel=\"next\"");
        }

        return new CoverageResult(access, spans, await NamesAsync(access, spans, db, cancellation));
    }

    /// <summary>The names that those who deleted pictures have now.</summary>
    private static async Task<IReadOnlyDictionary<long, string?>> NamesAsync(
        CameraAccess access, IReadOnlyList<CoverageSpan> spans, EvercamDb db, CancellationToken cancellation)
    {
        var seen = spans.Select(span => span.UserKey).OfType<long>().Distinct().Where(key => CoverageResult.Shows(access, key)).ToList();
        return seen.Count == 0
            ? new Dictionary<long, string?>()
            : await db.Users.Where(user => seen.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.UserName, cancellation);
    }
}
