using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Evercam.Recorder;

/// <summary>Puts the recorders into a host: a silo in this process.</summary>
public static class RecorderSetup
{
    /// <summary>Adds the recorders, the archive's upkeep, and the silo that they live in.</summary>
    public static IHostApplicationBuilder AddRecorder(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RecorderOptions>()
            .BindConfiguration("Evercam:Recorder").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<CameraSettingsReader>();
        builder.Services.AddSingleton<CameraStates>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CameraStates>());
        builder.Services.AddHostedService<RecorderStart>();
        builder.Services.AddHostedService<SpaceWatch>();
        builder.Services.AddHostedService<ArchiveUpkeep>();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(SiloPort.FindFree(), gatewayPort: 0);
            silo.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = "evercam";
                cluster.ServiceId = "evercam";
            });
        });
        return builder;
    }
}
