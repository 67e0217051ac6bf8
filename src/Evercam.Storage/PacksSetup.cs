using Evercam.Archive;
using Evercam.Storage.Disk;
using Evercam.Storage.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Evercam.Storage;

/// <summary>Which driver stands behind the port to packs.</summary>
internal static class PacksSetup
{
    public static void AddPacks(this IServiceCollection services)
    {
        services.AddOptions<S3Options>().ValidateOnStart();
        services.AddSingleton<IConfigureOptions<S3Options>, S3OptionsSetup>();
        services.AddSingleton<IValidateOptions<S3Options>, S3OptionsSetup>();
        services.AddSingleton<IValidateOptions<SnapshotArchiveOptions>, MinimumFreeBytesCheck>();
        services.AddMetrics();
        services.AddSingleton<S3Requests>();
        services.AddSingleton(provider =>
            new Bucket(provider.GetRequiredService<IOptions<S3Options>>().Value, provider.GetRequiredService<S3Requests>()));
        services.AddSingleton<BucketMark>();
        services.AddSingleton(OpenPlace);
        services.AddSingleton(OpenPacks);
    }

    private static StorageOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<StorageOptions>>().Value;

    private static IArchivePlace OpenPlace(IServiceProvider services) => OptionsOf(services).Packs == PackPlace.S3
        ? new BucketPlace(services.GetRequiredService<Bucket>(), services.GetRequiredService<BucketMark>())
        : new FolderPlace(new PackPaths(OptionsOf(services).PacksDirectory));

    private static IPackStore OpenPacks(IServiceProvider services) => OptionsOf(services).Packs == PackPlace.S3
        ? new S3PackStore(
            services.GetRequiredService<IOptions<S3Options>>().Value,
            services.GetRequiredService<Bucket>(),
            services.GetRequiredService<BucketMark>(),
            services.GetRequiredService<S3Requests>(),
            OptionsOf(services).SpoolDirectory,
            services.GetRequiredService<ILogger<S3PackStore>>(),
            services.GetRequiredService<ITenures>())
        : new DiskPackStore(OptionsOf(services).PacksDirectory);
}
