using Evercam.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Backups;

/// <summary>The pictures that a copy of the database knows, in an index that may be changed.</summary>
internal sealed class CopiedIndex : IDisposable
{
    private readonly string? folder;

    private CopiedIndex(SqliteFile file, string? folder)
    {
        Index = new SqliteSnapshotIndex(file);
        this.folder = folder;
    }

    public SqliteSnapshotIndex Index { get; }

    /// <summary>Whether what changes here changes in the copy. Else the copy cannot be changed any more, and this is thrown away.</summary>
    public bool IsTheCopy => folder is null;

    /// <summary>That of a copy which is a database itself.</summary>
    public static CopiedIndex Of(SqliteFile copy) => new(copy, folder: null);

    /// <summary>An empty one beside the copy.</summary>
    /// <param name="folder">Where it lies as long as it is not disposed of: not there yet.</param>
    /// <param name="services">Those of the storage.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<CopiedIndex> MakeAsync(string folder, IServiceProvider services, CancellationToken cancellation)
    {
        PrivateFiles.MakeFolder(folder);
        var file = new SqliteFile(Path.Combine(folder, "rows.db"));
        await using (var database = new SqliteDatabase(file, new DirectoryInfo(folder), services))
        {
            await using var db = database.CreateDbContext();
            await db.Database.MigrateAsync(cancellation);
        }

        return new(file, folder);
    }

    public void Dispose()
    {
        Index.Dispose();
        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
