using Evercam.CameraClient;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Setup;

/// <summary>Adds what fetches pictures from cameras.</summary>
internal static class CameraClientSetup
{
    public static WebApplicationBuilder AddCameraClient(this WebApplicationBuilder builder)
    {
        var services = builder.Services;

        // Cameras on loopback are welcome only where nobody else can reach the server (contract 4.9).
        services.AddOptions<CameraClientOptions>()
            .Configure<IConfiguration>((options, configuration) => options.AllowLoopback = Listening.IsLoopbackOnly(configuration))
            .BindConfiguration(CameraClientOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new CameraFetcher(
            provider.GetRequiredService<IOptions<CameraClientOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CameraFetcher>>()));
        return builder;
    }
}
