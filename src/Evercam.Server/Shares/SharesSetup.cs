using Evercam.Server.Rights;

namespace Evercam.Server.Shares;

/// <summary>Adds shares, and the invitations that become shares.</summary>
internal static class SharesSetup
{
    public static WebApplicationBuilder AddShares(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ShareOptions>().BindConfiguration(ShareOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<InvitationLife>();
        builder.Services.AddSingleton<InvitationCodes>();
        builder.Services.AddSingleton<InvitationUpkeep>();
        builder.Services.AddHostedService(services => services.GetRequiredService<InvitationUpkeep>());
        builder.Services.AddScoped<Invitations>();
        builder.Services.AddScoped<ShareRegistry>();
        return builder;
    }
}
