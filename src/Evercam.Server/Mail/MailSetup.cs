using Evercam.Server.Setup;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Mail;

/// <summary>Adds mail, and the codes that are sent by it.</summary>
internal static class MailSetup
{
    public static WebApplicationBuilder AddMail(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<MailOptions>().BindConfiguration(MailOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<PublicOptions>().BindConfiguration(PublicOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PublicAddress>();
        services.AddSingleton<SmtpCarrier>();
        services.AddSingleton<FolderCarrier>();
        services.AddSingleton<IMailCarrier>(provider => provider.GetRequiredService<IOptions<MailOptions>>().Value.Host is null
            ? provider.GetRequiredService<FolderCarrier>()
            : provider.GetRequiredService<SmtpCarrier>());
        services.AddSingleton<MailDoor>();
        services.AddScoped<Outbox>();
        services.AddScoped<OwnerNews>();
        services.AddScoped<SingleUseCodes>();
        services.AddHostedService<MailDelivery>();
        return builder;
    }
}
