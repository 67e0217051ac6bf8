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
    public bool HasArchive => Directory.Exists(PacksDirectory);

    internal string PacksDirectory => Path.Combine(DataDirectory, "archive");

    internal DirectoryInfo KeysDirectory => new(Path.Combine(DataDirectory, "keys"));
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
