using Evercam.CameraClient;
using Evercam.Server.Rights;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Webhooks;

/// <summary>Adds webhooks.</summary>
internal static class WebhooksSetup
{
    public static WebApplicationBuilder AddWebhooks(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<WebhookOptions>()
            .BindConfiguration(WebhookOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<WebhookOptions>>().Value;
            return new GuardedPoster(
                provider.GetRequiredService<IOptions<CameraClientOptions>>().Value,
                options.Timeout,
                options.RequireValidCertificates,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<GuardedPoster>>());
        });
        services.AddSingleton<WebhookTrials>();
        services.AddSingleton<WebhookLog>();
        services.AddSingleton<NewSecrets>();
        services.AddScoped<WebhookAccess>();
        services.AddScoped<WebhookRegistry>();
        services.AddHostedService<WebhookDeliverer>();
        return builder;
    }
}
