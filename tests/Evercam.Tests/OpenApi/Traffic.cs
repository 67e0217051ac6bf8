using System.Collections.Concurrent;
using Evercam.Server.Http;
using Evercam.Tests.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

[assembly: AssemblyFixture(typeof(Traffic))]

namespace Evercam.Tests.OpenApi;

/// <summary>An answer that a server gave.</summary>
internal sealed record Answered(string Route, int Status, string? MediaType);

/// <summary>Watches what all servers of this run answer, whatever a test asks them, and holds it in the end against what their
/// description says they may.</summary>
public sealed class Traffic : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<Answered, byte> Seen = new();

    /// <summary>What each server is given.</summary>
    internal static IStartupFilter Watch { get; } = new Watcher();

    /// <summary>An answer that nobody was told of is a failure of the whole run.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Seen.IsEmpty)
        {
            return;
        }

        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" });
        var document = await ApiDocument.ReadAsync(app);
        var unknown = Seen.Keys.Where(answer => document.Operations.ContainsKey(answer.Route) && !document.Knows(answer))
            .Select(answer => $"{answer.Route} {answer.Status} {answer.MediaType}").Order().ToList();
        Assert.True(unknown.Count == 0, $"Of these answers the description says nothing:\n{string.Join('\n', unknown)}");
    }

    private static void Note(HttpContext context)
    {
        // HEAD is GET; and whoever left was not answered.
        var (request, response) = (context.Request, context.Response);
        if (context.GetEndpoint() is not RouteEndpoint endpoint || ApiPath.PatternOf(endpoint) is not { RawText: { } pattern }
            || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var method = HttpMethods.IsHead(request.Method) ? HttpMethods.Get : request.Method;
        var isEmpty = HttpMethods.IsHead(request.Method) || response.StatusCode == StatusCodes.Status416RangeNotSatisfiable;
        var mediaType = isEmpty ? null : response.ContentType?.Split(';')[0];
        Seen.TryAdd(new($"{method} {pattern.TrimEnd('/')}", response.StatusCode, mediaType), 0);
    }

    private sealed class Watcher : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                await rest(context);
                Note(context);
            });
            next(app);
        };
    }
}
