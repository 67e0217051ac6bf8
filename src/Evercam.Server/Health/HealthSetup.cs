using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Evercam.Server.Health;

/// <summary>What supervisors and load balancers ask, without credentials: <c>/healthz</c>, whether the server lives, and
/// <c>/readyz</c>, whether it can work.</summary>
internal static class HealthSetup
{
    /// <summary>Who asks has asked again by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const string Alive = "/healthz";
    private const string Ready = "/readyz";

    private static readonly string[] Asking = [HttpMethods.Get, HttpMethods.Head];

    public static WebApplicationBuilder AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks()
            .AddCheck<DatabaseCheck>(DatabaseCheck.Name, timeout: Patience)
            .AddCheck<PacksCheck>(PacksCheck.Name, timeout: Patience);
        builder.Services.AddSingleton<Readiness>();
        return builder;
    }

    /// <summary>Before routes are chosen: by <c>OPTIONS</c>, as HAProxy asks where it is told nothing else, these two say the same as by <c>GET</c>.</summary>
    public static Task TakeOptionsForAskingAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsOptions(context.Request.Method) && context.Request.Path.Value is Alive or Ready)
        {
            context.Response.Headers.Allow = string.Join(", ", Asking.Append(HttpMethods.Options));
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    }

    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapHealthChecks(Alive, new() { Predicate = _ => false, ResponseWriter = (context, _) => SayAsync(context, "alive", []) })
            .WithMetadata(new HttpMethodMetadata(Asking));
        app.MapMethods(Ready, Asking, (Readiness readiness, HttpContext context) => TellAsync(readiness, context));
        return app;
    }

    private static async Task TellAsync(Readiness readiness, HttpContext context)
    {
        var report = await readiness.AskAsync();
        var missing = report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).Select(entry => entry.Key).ToList();
        context.Response.StatusCode = missing.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        await SayAsync(context, missing.Count == 0 ? "ready" : "unavailable", missing);
    }

    private static async Task SayAsync(HttpContext context, string status, List<string> missing)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", status);
        if (missing.Count > 0)
        {
            json.WriteStartArray("missing");
            foreach (var name in missing)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
