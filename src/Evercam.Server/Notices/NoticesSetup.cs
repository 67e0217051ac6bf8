namespace Evercam.Server.Notices;

/// <summary>Adds what people are told of.</summary>
internal static class NoticesSetup
{
    public static WebApplicationBuilder AddNotices(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<NoticeOptions>()
            .BindConfiguration(NoticeOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddScoped<MailChoices>();
        services.AddHostedService<NoticeSpread>();
        services.AddHostedService<NoticeMail>();
        services.AddSingleton<NoticeUpkeep>();
        services.AddHostedService(provider => provider.GetRequiredService<NoticeUpkeep>());
        return builder;
    }
}
