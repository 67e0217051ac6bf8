using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Evercam.Storage.Sqlite;

/// <summary>The database file and how every connection to it is set up.</summary>
internal sealed class SqliteFile(string path)
{
    /// <summary>
    /// FULL: a commit is on stable storage when it returns, in WAL mode too. The WAL grows to 64 MB before it is copied into the
    /// file: a page that takes a row every second is then copied once for dozens of rows. A writer waits for the other one
    /// rather than fail: the catalog and the index write to one file.
    /// </summary>
    public const string Pragmas =
        "PRAGMA busy_timeout = 30000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 16384;";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>For connections that come and go.</summary>
    public string PooledConnection => Connection(pooling: true);

    /// <summary>Opens a connection that its owner keeps.</summary>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(Connection(pooling: false));
        try
        {
            connection.Open();
            using var pragmas = connection.CreateCommand();
            pragmas.CommandText = Pragmas;
            pragmas.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Tells what is in the file now from what was in it before, when it was folded.</summary>
    public string State => string.Create(
        CultureInfo.InvariantCulture,
        $"{new FileInfo(Path).Length} {File.GetLastWriteTimeUtc(Path).Ticks} {LogBytes}");

    private long LogBytes => File.Exists($"{Path}-wal") ? new FileInfo($"{Path}-wal").Length : 0;

    /// <summary>Takes into the file what a process that was killed has left beside it, as the next start would.</summary>
    public void Fold()
    {
        using var connection = Open();
        using var fold = connection.CreateCommand();
        fold.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        fold.ExecuteNonQuery();
    }

    private string Connection(bool pooling) =>
        new SqliteConnectionStringBuilder { DataSource = Path, Pooling = pooling }.ToString();
}
