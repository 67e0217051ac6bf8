using Evercam.CameraClient;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Setup;

/// <summary>Adds what fetches pictures from cameras.</summary>
internal static partial class CameraClientSetup
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

    /// <summary>Tells that what listens on this machine may be asked though no setting says so: only a proxy or a tunnel that the settings
    /// tell nothing of makes that wrong, and nobody but who runs it knows.</summary>
    public static void TellOpenLoopback(this WebApplication app)
    {
        if (app.Configuration[$"{CameraClientOptions.Section}:{nameof(CameraClientOptions.AllowLoopback)}"] is null
            && app.Services.GetRequiredService<IOptions<CameraClientOptions>>().Value.AllowLoopback)
        {
            LogOpenLoopback(app.Logger);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Cameras and webhooks may be on this machine itself, because only this machine reaches the server. Where a proxy or a tunnel lets others in, set Evercam:Cameras:AllowLoopback=false")]
    private static partial void LogOpenLoopback(ILogger log);
}
