namespace Evercam.Server.Snapshots;

/// <summary>Adds what is asked about stored pictures.</summary>
internal static class SnapshotsSetup
{
    public static WebApplicationBuilder AddSnapshots(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SnapshotOptions>()
            .BindConfiguration(SnapshotOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<KeptMarking>();
        return builder;
    }
}
