using Evercam.Recorder;

namespace Evercam.Server.Live;

/// <summary>Adds live streams.</summary>
internal static class LiveSetup
{
    public static WebApplicationBuilder AddLive(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LiveOptions>()
            .BindConfiguration(LiveOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<LiveSeats>();
        builder.Services.AddSingleton<LiveStreams>();
        builder.Services.AddSingleton<ILiveNews>(services => services.GetRequiredService<LiveStreams>());
        return builder;
    }
}
