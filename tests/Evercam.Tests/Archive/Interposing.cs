using Evercam.Archive;
using Evercam.Storage;
using Evercam.Storage.Disk;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Evercam.Tests.Archive;

/// <summary>Lets a test stand in front of the packs and the index of a whole server.</summary>
internal static class Interposing
{
    public static void InterposePacks(this WebApplicationBuilder builder, Func<InterposedCall, object?> answer) =>
        builder.Services.AddSingleton(services => Interposed.Around<IPackStore>(
            new DiskPackStore(services.GetRequiredService<IOptions<StorageOptions>>().Value.PacksDirectory), answer));

    public static void InterposeIndex(this WebApplicationBuilder builder, Func<InterposedCall, object?> answer) =>
        builder.Services.AddSingleton(services => Interposed.Around(
            services.GetRequiredService<CatalogDatabase>().CreateIndex(), answer));
}
