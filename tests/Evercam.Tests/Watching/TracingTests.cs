using Evercam.Tests.Servers;
using Evercam.Tests.Webhooks;

namespace Evercam.Tests.Watching;

/// <summary>Traces, where somebody collects them.</summary>
public sealed class TracingTests
{
    private const string Exporter = "OpenTelemetry.Exporter.OpenTelemetryProtocol.dll";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collector_is_told_of_requests_by_route_and_of_no_secret()
    {
        await using var collector = await Receiver.StartAsync();
        using var data = new TempFolder();
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation, new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url("").TrimEnd('/'),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
            ["OTEL_SERVICE_NAME"] = "gatehouse",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "service.name=not-this,deployment.environment.name=trial",
        });
        using var surfer = new Surfer(server.Address);
        await surfer.GetAsync("/v1/users/joe/credentials?password=s3cret&api_key=s3cret");
        await Eventually.IsTrueAsync(() => collector.Got.Any(got => got.Body.Contains("credentials", StringComparison.Ordinal)));
        Assert.All(collector.Got, got => Assert.Equal("/v1/traces", got.Path));
        Assert.Contains(collector.Got, got => got.Body.Contains("/v1/users/{id}/credentials", StringComparison.Ordinal));
        Assert.All(["gatehouse", "trial"], word => Assert.All(collector.Got, got => Assert.Contains(word, got.Body, StringComparison.Ordinal)));
        Assert.DoesNotContain(collector.Got, got => got.Body.Contains("s3cret", StringComparison.Ordinal));
        Assert.Contains(Exporter, await LoadedAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_collector_nothing_of_it_is_loaded()
    {
        using var data = new TempFolder();
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation);
        using var surfer = new Surfer(server.Address);
        Assert.Equal(200, (await surfer.GetAsync("/metrics")).Status);
        var loaded = await LoadedAsync(server);
        Assert.Contains("evercam.dll", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain(Exporter, loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("OpenTelemetry.Instrumentation", loaded, StringComparison.Ordinal);
    }

    private static Task<string> LoadedAsync(EvercamProcess server) => File.ReadAllTextAsync($"/proc/{server.Id}/maps", Cancellation);
}
