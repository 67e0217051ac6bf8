using Evercam.Recorder;

namespace Evercam.Server.Series;

/// <summary>Adds series of pictures, and videos of them.</summary>
internal static class SeriesSetup
{
    public static WebApplicationBuilder AddSeries(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SeriesOptions>()
            .BindConfiguration(SeriesOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<SeriesFinder>();
        builder.Services.AddSingleton<VideoTurns>();
        builder.Services.AddSingleton<VideoMaker>();
        builder.Services.AddSingleton<TimelapseFolder>();
        builder.Services.AddSingleton<Timelapses>();
        builder.Services.AddSingleton<IDeletionNews>(provider => provider.GetRequiredService<Timelapses>());
        builder.Services.AddHostedService<TimelapseWorker>();
        builder.Services.AddSingleton<TimelapseUpkeep>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<TimelapseUpkeep>());
        return builder;
    }
}
