using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Storage.Catalog;

/// <summary>Options for a context that only describes its schema.</summary>
internal static class DesignTime
{
    public static DbContextOptions<TContext> Options<TContext>(Action<DbContextOptionsBuilder<TContext>> database)
        where TContext : EvercamDb
    {
        var options = new DbContextOptionsBuilder<TContext>().UseApplicationServiceProvider(
            new ServiceCollection()
                .AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>()
                .BuildServiceProvider());
        database(options);
        return options.Options;
    }
}
