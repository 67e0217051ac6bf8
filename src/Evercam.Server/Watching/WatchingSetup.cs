using System.Diagnostics.Metrics;
using Evercam.Server.Http;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace Evercam.Server.Watching;

/// <summary>Adds what those look at who watch the server (docs/watching.md).</summary>
internal static class WatchingSetup
{
    private const string Allow = "GET, HEAD, OPTIONS";

    public static WebApplicationBuilder AddWatching(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<MetricsOptions>()
            .BindConfiguration(MetricsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<MetricsReaders>();
        services.AddSingleton<QueueMetrics>();
        services.AddSingleton<Stocktaking>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddPrometheusExporter(prometheus =>
        {
            // All that is told is this server's, and of no other version than the reader knows of.
            prometheus.ScopeInfoEnabled = false;
            prometheus.TargetInfoEnabled = false;
            prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
        }));
        services.ConfigureOpenTelemetryMeterProvider(Choose);
        if (!string.IsNullOrEmpty(builder.Configuration[Tracing.Endpoint]))
        {
            Tracing.Add(services);
        }

        return builder;
    }

    public static WebApplication MapWatching(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value.Enabled)
        {
            return app;
        }

        app.MapPrometheusScrapingEndpoint("/metrics", meterProvider: null, branch => branch.Use(AdmitAsync), optionsName: null);
        return app;
    }

    /// <summary>Whoever may not read it is not told that it is there.</summary>
    private static async Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.RequestServices.GetRequiredService<MetricsReaders>().Include(context))
        {
            throw ApiException.NotFound();
        }

        var method = context.Request.Method;
        if (HttpMethods.IsOptions(method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            context.Response.Headers.Allow = Allow;
            return;
        }

        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            throw ApiException.MethodNotAllowed(Allow);
        }

        await context.RequestServices.GetRequiredService<Stocktaking>().RefreshAsync();
        await next(context);
    }

    /// <summary>Our own meters, and of several servers in one process those of this one.</summary>
    private static void Choose(IServiceProvider services, MeterProviderBuilder metrics)
    {
        if (services.GetRequiredService<IOptions<MetricsOptions>>().Value.Enabled)
        {
            var own = services.GetRequiredService<IMeterFactory>();
            metrics.AddMeter("Evercam.*").AddView(instrument => instrument.Meter.Scope == own ? null : MetricStreamConfiguration.Drop);
        }
    }
}
