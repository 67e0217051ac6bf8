using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Evercam.Storage;

/// <summary>Where things are kept. Section <c>Evercam</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>Folder of the SQLite database and its keys, and of the packs; made if there is none. Default <c>./data</c>.</summary>
    public string DataDirectory { get; set; } = "./data";

    /// <summary>The database of the catalog and the index. Default: PostgreSQL if there is a connection string, else SQLite.</summary>
    public DatabaseKind? Database { get; set; }

    /// <summary>Where the pictures are kept: on disk, in the data directory, or in a bucket, which <c>Evercam:S3</c> says. Default
    /// <c>disk</c>.</summary>
    public PackPlace Packs { get; set; } = PackPlace.Disk;

    /// <summary>How to reach PostgreSQL, as Npgsql writes it. Set by <c>ConnectionStrings:Evercam</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The database that these options choose.</summary>
    internal DatabaseKind Chosen =>
        Database ?? (string.IsNullOrWhiteSpace(ConnectionString) ? DatabaseKind.Sqlite : DatabaseKind.Postgres);

    /// <summary>The SQLite database, where that is chosen.</summary>
    public string DatabaseFile => Path.Combine(DataDirectory, "evercam.db");

    /// <summary>Whether there is a database to open, as far as that can be told without asking a server.</summary>
    public bool HasDatabase => Chosen != DatabaseKind.Sqlite || File.Exists(DatabaseFile);

    /// <summary>Whether there are packs, of which a database could be made anew.</summary>
    public bool HasArchive => Packs == PackPlace.S3 || Directory.Exists(PacksDirectory);

    internal string PacksDirectory => Path.Combine(DataDirectory, "archive");

    /// <summary>Where what is on its way to a bucket is gathered.</summary>
    internal string SpoolDirectory => Path.Combine(DataDirectory, "spool");

    internal DirectoryInfo KeysDirectory => new(Path.Combine(DataDirectory, "keys"));
}

/// <summary>The places for packs there is a driver for.</summary>
public enum PackPlace
{
    /// <summary>Files in the data directory.</summary>
    Disk = 1,

    /// <summary>Objects in a bucket.</summary>
    S3 = 2,
}

/// <summary>The databases there is a driver for.</summary>
public enum DatabaseKind
{
    /// <summary>A file in the data directory.</summary>
    Sqlite = 1,

    /// <summary>A server, version 15 or later.</summary>
    Postgres = 2,
}

/// <summary>Reads the options from where people set them, and says what is wrong with them in one sentence.</summary>
internal sealed class StorageOptionsSetup(IConfiguration configuration)
    : IConfigureOptions<StorageOptions>, IValidateOptions<StorageOptions>
{
    public void Configure(StorageOptions options)
    {
        configuration.GetSection("Evercam").Bind(options);
        options.ConnectionString = configuration.GetConnectionString("Evercam");
    }

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            return ValidateOptionsResult.Fail("Evercam:DataDirectory is empty.");
        }

        if (!Enum.IsDefined(options.Chosen))
        {
            return ValidateOptionsResult.Fail("Evercam:Database is neither sqlite nor postgres.");
        }

        if (!Enum.IsDefined(options.Packs))
        {
            return ValidateOptionsResult.Fail("Evercam:Packs is neither disk nor s3.");
        }

        return options.Chosen == DatabaseKind.Sqlite || IsConnectionString(options.ConnectionString)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "Evercam:Database is postgres, but ConnectionStrings:Evercam is no connection string with a Host.");
    }

    private static bool IsConnectionString(string? text)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException)
        {
            return false;
        }
    }
}
