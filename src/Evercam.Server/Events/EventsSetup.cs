namespace Evercam.Server.Events;

/// <summary>Adds streams of events.</summary>
internal static class EventsSetup
{
    public static WebApplicationBuilder AddEvents(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<EventOptions>()
            .BindConfiguration(EventOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<EventFeed>();
        return builder;
    }
}
