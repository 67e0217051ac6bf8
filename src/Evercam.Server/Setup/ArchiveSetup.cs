using Evercam.Archive;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Setup;

/// <summary>Puts the archive between the packs and the index that the storage brings.</summary>
internal static class ArchiveSetup
{
    public static WebApplicationBuilder AddArchive(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SnapshotArchiveOptions>()
            .BindConfiguration(SnapshotArchiveOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<SnapshotArchiveOptions>>().Value);
        services.AddSingleton<SnapshotArchive>();
        services.AddSingleton<ArchiveMetrics>();
        services.AddSingleton<ArchiveRetention>();
        services.AddSingleton<ArchiveCheck>();
        services.AddSingleton<ArchiveReindex>();
        return builder;
    }
}
