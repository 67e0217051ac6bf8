using System.Collections.Concurrent;
using Evercam.Server.Http;
using Evercam.Tests.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

[assembly: AssemblyFixture(typeof(Traffic))]

namespace Evercam.Tests.OpenApi;

/// <summary>An answer that a server gave.</summary>
internal sealed record Answered(string Route, int Status, string? MediaType);

/// <summary>A header that tells something of an answer, which not every answer tells.</summary>
internal sealed record SentHeader(string Route, int Status, string Name);

/// <summary>A parameter that a server read of a request, or would have read.</summary>
internal sealed record AskedOf(string Route, string Name);

/// <summary>Watches what all servers of this run read and answer, whatever a test asks them, and holds it in the end against what their
/// description says they may.</summary>
public sealed class Traffic : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<Answered, byte> Seen = new();
    private static readonly ConcurrentDictionary<Answered, byte> Refused = new();
    private static readonly ConcurrentDictionary<AskedOf, byte> Asked = new();
    private static readonly ConcurrentDictionary<SentHeader, byte> Sent = new();

    private static readonly HashSet<string> Telling = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.AcceptRanges, HeaderNames.ContentDisposition, HeaderNames.ContentRange, HeaderNames.ETag, HeaderNames.LastModified,
        HeaderNames.Location, HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate,
    };

    /// <summary>What each server is given.</summary>
    internal static IStartupFilter Watch { get; } = new Watcher();

    /// <summary>Whether a server answered so already.</summary>
    internal static bool HasAnswered(Answered answer) => Seen.ContainsKey(answer);

    /// <summary>Whether a server refused a request of this path before it came to an operation.</summary>
    internal static bool HasRefused(Answered answer) => Refused.ContainsKey(answer);

    /// <summary>Whether a server sent this so far.</summary>
    internal static bool HasSent(SentHeader header) => Sent.ContainsKey(header);

    /// <summary>Whether a server read this so far.</summary>
    internal static bool HasSeen(AskedOf asked) => Asked.ContainsKey(asked);

    /// <summary>An answer, a header of one, or a parameter that nobody was told of is a failure of the whole run.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Seen.IsEmpty)
        {
            return;
        }

        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" });
        var document = await ApiDocument.ReadAsync(app);
        var routes = document.Operations.Keys.ToHashSet();
        List<string> unknown =
        [
            .. from answer in Seen.Keys
               where routes.Contains(answer.Route) && !document.Knows(answer)
               select $"the answer {answer.Status} {answer.MediaType} of {answer.Route}",
            .. from refused in Refused.Keys
               from route in document.RoutesOf(refused.Route)
               where !document.Knows(refused with { Route = route })
               select $"the answer {refused.Status} {refused.MediaType} of {route}",
            .. from sent in Sent.Keys
               where routes.Contains(sent.Route) && !document.Knows(sent)
               select $"the header {sent.Name} of the answer {sent.Status} of {sent.Route}",
            .. from asked in Asked.Keys
               where routes.Contains(asked.Route) && !document.Knows(asked)
               select $"the parameter {asked.Name} of {asked.Route}",
        ];
        Assert.True(unknown.Count == 0, $"The description says nothing of\n{string.Join('\n', unknown.Distinct().Order(StringComparer.Ordinal))}");
    }

    private static void Note(HttpContext context, string method, AskedParams read)
    {
        // HEAD is GET; and whoever left was not answered. Also what stands beside the API is described.
        var (request, response) = (context.Request, context.Response);
        if (context.RequestAborted.IsCancellationRequested || response.StatusCode == StatusCodes.Status499ClientClosedRequest)
        {
            return;
        }

        if (context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } pattern })
        {
            // What is refused before it comes to an operation is refused in the name of all that the path has.
            if (response.StatusCode is StatusCodes.Status405MethodNotAllowed or StatusCodes.Status406NotAcceptable)
            {
                Refused.TryAdd(new(request.Path.Value ?? "", response.StatusCode, HttpMethods.IsHead(method) ? null : response.ContentType?.Split(';')[0]), 0);
            }

            return;
        }

        var mediaType = HttpMethods.IsHead(method) ? null : response.ContentType?.Split(';')[0];
        var route = $"{(HttpMethods.IsHead(method) ? HttpMethods.Get : method)} {pattern.TrimEnd('/')}";
        Seen.TryAdd(new(route, response.StatusCode, mediaType), 0);
        foreach (var name in response.Headers.Keys.Where(IsTelling))
        {
            Sent.TryAdd(new(route, response.StatusCode, name), 0);
        }

        foreach (var asked in read.All)
        {
            Asked.TryAdd(new(route, asked.Name), 0);
        }
    }

    /// <summary>What is made up here, and what the protocol has for it; not what each answer carries.</summary>
    private static bool IsTelling(string header) => Telling.Contains(header)
        || (header.StartsWith("X-", StringComparison.OrdinalIgnoreCase) && header is not ("X-Content-Type-Options" or "X-Frame-Options"));

    private sealed class Watcher : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                var read = new AskedParams();
                context.Features.Set(read);
                // What is asked becomes another request on its way.
                var method = context.Request.Method;
                await rest(context);
                Note(context, method, read);
            });
            next(app);
        };
    }
}
