namespace Evercam.Server.Backups;

/// <summary>Keeps copies of the database.</summary>
internal static class BackupsSetup
{
    public static WebApplicationBuilder AddBackups(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<BackupOptions>()
            .BindConfiguration(BackupOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<NightlyBackup>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<NightlyBackup>());
        return builder;
    }
}
