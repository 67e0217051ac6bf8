using System.Diagnostics.Metrics;

namespace Evercam.Server.Http;

/// <summary>What is counted of requests: never by what their senders write, of which there is no end, but by what the server knows.</summary>
internal sealed class HttpMetrics
{
    private static readonly KeyValuePair<string, object?> Hit = new("result", "hit");
    private static readonly KeyValuePair<string, object?> Miss = new("result", "miss");
    private static readonly string[] StatusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx"];

    private static readonly InstrumentAdvice<double> Seconds =
        new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    private readonly Histogram<double> requests;
    private readonly Counter<long> lookups;

    public HttpMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Evercam.Server");
        requests = meter.CreateHistogram(
            "evercam.request.duration", "s", "How long requests took, by route, method and class of status.", tags: null, advice: Seconds);
        lookups = meter.CreateCounter<long>(
            "evercam.credential.lookups", "{lookup}", "Credentials that were found in memory (hit), or had to be verified (miss).");
        lookups.Add(0, Hit);
        lookups.Add(0, Miss);
    }

    /// <summary>A request was answered, or its sender left.</summary>
    public void Answered(HttpContext context, TimeSpan took) => requests.Record(
        took.TotalSeconds,
        new("route", RouteOf(context.GetEndpoint())),
        new("method", MethodOf(context.Request.Method)),
        new("status", StatusClasses[Math.Clamp(context.Response.StatusCode / 100, 1, 5) - 1]));

    /// <summary>Credentials were looked for in memory.</summary>
    public void LookedUp(bool found) => lookups.Add(1, found ? Hit : Miss);

    /// <summary>The pattern, not the path; of a group's first route without the slash at its end.</summary>
    private static string RouteOf(Endpoint? endpoint) => (endpoint as RouteEndpoint)?.RoutePattern.RawText switch
    {
        null => "none",
        { Length: > 1 } pattern when pattern.EndsWith('/') => pattern[..^1],
        var pattern => pattern,
    };

    private static string MethodOf(string method) => method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" => method,
        _ => "other",
    };
}
