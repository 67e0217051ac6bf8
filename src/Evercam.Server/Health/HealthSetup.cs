using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Evercam.Server.Health;

/// <summary>What supervisors and load balancers ask, without credentials: <c>/healthz</c>, whether the server lives, and
/// <c>/readyz</c>, whether it can work.</summary>
internal static class HealthSetup
{
    /// <summary>Who asks has asked again by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static WebApplicationBuilder AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks()
            .AddCheck<DatabaseCheck>(DatabaseCheck.Name, timeout: Patience)
            .AddCheck<PacksCheck>(PacksCheck.Name, timeout: Patience);
        return builder;
    }

    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new() { Predicate = _ => false, ResponseWriter = (context, _) => SayAsync(context, "alive", []) });
        app.MapHealthChecks("/readyz", new()
        {
            ResponseWriter = (context, report) =>
            {
                var missing = report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).Select(entry => entry.Key).ToList();
                return SayAsync(context, missing.Count == 0 ? "ready" : "unavailable", missing);
            },
        });
        return app;
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
