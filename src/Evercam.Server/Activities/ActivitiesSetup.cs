using Evercam.Recorder;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Activities;

/// <summary>Adds the logs of cameras.</summary>
internal static class ActivitiesSetup
{
    public static WebApplicationBuilder AddActivities(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ActivityOptions>()
            .BindConfiguration(ActivityOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Sightings>();
        services.AddSingleton<ActivityLog>();
        services.AddHostedService(provider => provider.GetRequiredService<ActivityLog>());
        services.AddHostedService<ActivityUpkeep>();
        services.AddSingleton<ISpaceNews, SpaceLines>();
        return builder;
    }

    /// <summary>The camera's log tells when this route was taken with success. Comes after what the route needs.</summary>
    public static RouteHandlerBuilder Tells(this RouteHandlerBuilder route, ActivityKind kind) =>
        route.AddEndpointFilter(async (invocation, next) =>
        {
            var answer = await next(invocation);
            var context = invocation.HttpContext;
            var camera = context.RequestServices.GetRequiredService<CameraAccess>().Camera;
            context.RequestServices.GetRequiredService<ActivityLog>().Saw(Actor.Of(context), kind, camera.Key);
            return answer;
        });
}
