using Evercam.Archive;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Evercam.Storage.Disk;
using Evercam.Tests.Servers;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Storage;

/// <summary>Catalog and index on one of the databases, with a data directory of its own. A class fixture.</summary>
public abstract class TestStorage : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private readonly List<ServiceProvider> processes = [];

    /// <summary>The services of the first process.</summary>
    public IServiceProvider Services => processes[0];

    public ISnapshotIndex Index => Services.GetRequiredService<ISnapshotIndex>();

    /// <summary>Whether it has the keys that the program has, where that keeps them, instead of those of all tests.</summary>
    public bool OwnKeys { get; init; }

    public virtual string DataDirectory => folder.Path;

    public EvercamDb OpenCatalog() => Services.GetRequiredService<IDbContextFactory<EvercamDb>>().CreateDbContext();

    public virtual async ValueTask InitializeAsync() =>
        await AddProcess().PrepareEvercamStorageAsync(CancellationToken.None);

    /// <summary>The services as another process on the same database would have them.</summary>
    public IServiceProvider AddProcess(string? dataDirectory = null, TimeProvider? clock = null)
    {
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
                [.. Settings, new("Evercam:DataDirectory", dataDirectory ?? DataDirectory)]).Build())
            .AddSingleton(clock ?? TimeProvider.System)
            .AddLogging()
            .AddEvercamStorage();
        if (!OwnKeys)
        {
            services.AddSingleton<IDataProtectionProvider>(EvercamApp.SharedKeys);
        }

        Adjust(services);
        var process = services.BuildServiceProvider();
        processes.Add(process);
        return process;
    }

    /// <summary>Lets go of what was made for databases that end with the processes.</summary>
    protected void Forget() => processes.ForEach(EfMemory.Forget);

    /// <summary>Runs a statement behind the back of catalog and index.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var db = OpenCatalog();
        await db.Database.ExecuteSqlRawAsync(sql);
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }

        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract IEnumerable<KeyValuePair<string, string?>> Settings { get; }

    /// <summary>Anything else that differs.</summary>
    protected virtual void Adjust(IServiceCollection services)
    {
    }
}

public class SqliteStorage : TestStorage
{
    public string DatabaseFile => Path.Combine(DataDirectory, "evercam.db");

    /// <summary>Whether packs are files, which a test can harm.</summary>
    public virtual bool HasFiles => true;

    /// <summary>The packs, as a process that starts finds them.</summary>
    public virtual IPackStore OpenPacks() => new DiskPackStore(Path.Combine(DataDirectory, "archive"));

    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [];
}

public sealed class PostgresStorage(PostgresServer server) : TestStorage
{
    public string ConnectionString { get; private set; } = "";

    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [new("ConnectionStrings:Evercam", ConnectionString)];

    public override async ValueTask InitializeAsync()
    {
        ConnectionString = await server.CreateEmptyDatabaseAsync();
        await base.InitializeAsync();
    }

    public override ValueTask DisposeAsync()
    {
        Forget();
        return base.DisposeAsync();
    }
}
