using Microsoft.Extensions.Options;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Evercam.Server.Watching;

/// <summary>Traces of requests, and of what recorders fetch, for a collector that speaks OTLP. Apart from the rest, so that without a
/// collector nothing of it is even loaded.</summary>
internal static class Tracing
{
    /// <summary>Where the collector is; how to speak to it, the other variables of OpenTelemetry say.</summary>
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>The exporter passes over what it cannot read, and asks the collector of its default.</summary>
    /// <exception cref="OptionsValidationException">One of them is wrong.</exception>
    public static void Check(IConfiguration configuration)
    {
        if (configuration[Endpoint] is not { Length: > 0 } endpoint)
        {
            return;
        }

        string[] wrong =
        [
            .. Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
                ? Array.Empty<string>()
                : [$"{Endpoint} is no address such as http://localhost:4317."],
            .. configuration[Protocol] is null or "" or "grpc" or "http/protobuf"
                ? Array.Empty<string>()
                : [$"{Protocol} is '{configuration[Protocol]}', and must be grpc or http/protobuf."],
        ];
        if (wrong.Length > 0)
        {
            throw new OptionsValidationException("", typeof(Tracing), wrong);
        }
    }

    /// <summary>Queries hold passwords and keys: of these, only the names are told.</summary>
    public static void Add(IServiceCollection services) => services.AddOpenTelemetry()
        // What the environment or a setting calls the service counts more.
        .ConfigureResource(resource => resource.AddService("evercam").AddEnvironmentVariableDetector())
        .WithTracing(traces => traces.AddSource("Evercam.*").AddAspNetCoreInstrumentation().AddOtlpExporter());
}
