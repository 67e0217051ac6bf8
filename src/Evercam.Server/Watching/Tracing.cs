using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Evercam.Server.Watching;

/// <summary>Traces of requests, and of what recorders fetch, for a collector that speaks OTLP. Apart from the rest, so that without a
/// collector nothing of it is even loaded.</summary>
internal static class Tracing
{
    /// <summary>Where the collector is; how to speak to it, the other variables of OpenTelemetry say.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Queries hold passwords and keys: of these, only the names are told.</summary>
    public static void Add(IServiceCollection services) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource.AddService("evercam"))
        .WithTracing(traces => traces.AddSource("Evercam.*").AddAspNetCoreInstrumentation().AddOtlpExporter());
}
