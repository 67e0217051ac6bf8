using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Internal;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Servers;

/// <summary>What EF keeps as long as the process lives: for each data source of PostgreSQL services, a model and queries of its own.</summary>
#pragma warning disable EF1001 // There is no other way to what is kept.
internal static class EfMemory
{
    /// <summary>Lets go of what was made for a database that nobody asks any more. A run of all tests has hundreds, and Orleans collects all garbage
    /// at each start of a server: with all of them held, that takes a second.</summary>
    /// <param name="services">Those of whoever has asked it, not yet disposed of.</param>
    public static void Forget(IServiceProvider services)
    {
        using var db = services.GetRequiredService<IDbContextFactory<EvercamDb>>().CreateDbContext();
        if (db.Database.IsNpgsql())
        {
            ConfigurationsOf(ServiceProviderCache.Instance).TryRemove(db.GetService<IDbContextOptions>(), out _);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_configurations")]
    private static extern ref ConcurrentDictionary<IDbContextOptions, (IServiceProvider Services, IDictionary<string, string> Told)> ConfigurationsOf(
        ServiceProviderCache cache);
}
#pragma warning restore EF1001
