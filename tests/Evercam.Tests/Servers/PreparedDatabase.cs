using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Servers;

/// <summary>A database as a first start leaves it, with its schema and its vendors. It is made once and copied for each server of a
/// test, because making it is half of a start. That a start makes it of nothing is what the tests of storage and those of the program
/// see.</summary>
internal static class PreparedDatabase
{
    private static readonly Lazy<Task<byte[]>> File = new(MakeFileAsync);

    /// <summary>Puts one into the data directory of a server that starts with SQLite.</summary>
    public static async Task PutIntoAsync(string folder) =>
        await System.IO.File.WriteAllBytesAsync(FileIn(folder), await File.Value, CancellationToken.None);

    /// <summary>Makes one of an empty database of PostgreSQL.</summary>
    public static async Task MakeAsync(string connection)
    {
        using var folder = new TempFolder();
        await MakeAsync(folder, new() { ["ConnectionStrings:Evercam"] = connection });
    }

    private static async Task<byte[]> MakeFileAsync()
    {
        using var folder = new TempFolder();
        await MakeAsync(folder, []);
        return await System.IO.File.ReadAllBytesAsync(FileIn(folder.Path), CancellationToken.None);
    }

    /// <summary>When this returns, nothing is connected to it.</summary>
    private static async Task MakeAsync(TempFolder folder, Dictionary<string, string?> settings)
    {
        settings["Evercam:DataDirectory"] = folder.Path;
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddLogging()
            .AddEvercamStorage()
            .BuildServiceProvider();
        await services.PrepareEvercamStorageAsync(CancellationToken.None);
        await using var db = await services.GetRequiredService<IDbContextFactory<EvercamDb>>().CreateDbContextAsync(CancellationToken.None);

        // Each server has an archive of its own.
        await db.Archives.ExecuteDeleteAsync(CancellationToken.None);
    }

    private static string FileIn(string folder) => Path.Combine(folder, "evercam.db");
}
