using Evercam.Archive;
using Evercam.CameraClient;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Evercam.Recorder;

/// <summary>Puts the recorders into a host: a silo in this process.</summary>
public static class RecorderSetup
{
    /// <summary>Adds the recorders, the archive's upkeep, and the silo that they live in.</summary>
    public static IHostApplicationBuilder AddRecorder(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RecorderOptions>()
            .BindConfiguration(RecorderOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<OwnerOptions>()
            .BindConfiguration(OwnerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddNode();
        builder.Services.AddSingleton<RecorderWaker>();
        builder.Services.AddSingleton<CameraTenures>();
        builder.Services.AddSingleton<WaitingRecorders>();
        builder.Services.AddSingleton<CameraSettingsReader>();
        builder.Services.AddSingleton<OwnerHoldings>();
        builder.Services.AddSingleton(services => new OwnerRoom(
            services.GetRequiredService<IOptions<OwnerOptions>>(), services.GetRequiredService<OwnerHoldings>().SumStayingAsync));
        builder.Services.AddSingleton<OwnerRetention>();
        builder.Services.AddSingleton<RecorderMetrics>();
        builder.Services.AddSingleton<NoticeBoard>();
        builder.Services.AddHostedService(services => services.GetRequiredService<NoticeBoard>());
        builder.Services.AddSingleton<CameraStates>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CameraStates>());
        builder.Services.AddSingleton<CoverageBook>();
        builder.Services.AddSingleton<RecordedNeighbours>();
        builder.Services.AddSingleton<DeletionTrace>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CoverageBook>());
        builder.Services.AddHostedService<SpaceWatch>();
        builder.Services.AddHostedService<ArchiveUpkeep>();
        builder.UseOrleans(builder.AddSilo);
        builder.Services.Configure<ExceptionSerializationOptions>(Crossing.Admit);

        // Starts after the silo: one that has not started knows of no recorders, and says so.
        builder.Services.AddHostedService<RecorderStart>();
        builder.AddNodeGuard();
        builder.Services.AddOptions<SiloMessagingOptions>()
            .Configure<IOptions<CameraClientOptions>, IOptions<SnapshotArchiveOptions>>(GiveTime);
        return builder;
    }

    /// <summary>Who asks a recorder waits longer than the recorder may have to: for the camera, and for the archive.</summary>
    private static void GiveTime(
        SiloMessagingOptions silo, IOptions<CameraClientOptions> cameras, IOptions<SnapshotArchiveOptions> archive) =>
        silo.ResponseTimeout += cameras.Value.Deadline + archive.Value.GiveUpAfter;
}
