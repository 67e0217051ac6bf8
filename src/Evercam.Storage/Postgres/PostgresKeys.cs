using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>The keys that protect the database's secrets, in the database itself: what one server seals, the others open. The framework asks
/// for them while it holds up everybody who needs one, so that the connections which those have must not be needed for it.</summary>
/// <param name="connectionString">How to reach it.</param>
internal sealed class PostgresKeys(string connectionString) : IXmlRepository
{
    public const string Table = "secret_keys";

    private readonly string alone = PostgresCommands.Alone(connectionString, "evercam keys").ConnectionString;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = Open();
        using var question = new NpgsqlCommand($"SELECT xml FROM {Table} ORDER BY name", connection);
        using var rows = question.ExecuteReader();
        var found = new List<XElement>();
        while (rows.Read())
        {
            found.Add(XElement.Parse(rows.GetString(0)));
        }

        return found;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var connection = Open();
        Store(connection, element, friendlyName);
    }

    /// <summary>Takes over keys that lie in files: all of them, or none.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="StorageUnusableException">One of them cannot be read.</exception>
    public int TakeOver(DirectoryInfo folder)
    {
        var files = folder.Exists ? folder.GetFiles("*.xml") : [];
        using var connection = Open();
        using var together = connection.BeginTransaction();
        foreach (var file in files)
        {
            Store(connection, Read(file), Path.GetFileNameWithoutExtension(file.Name));
        }

        together.Commit();
        return files.Length;
    }

    public async Task ForgetAllAsync(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(alone);
        await connection.OpenAsync(cancellation);
        await connection.RunAsync($"DELETE FROM {Table}", cancellation);
    }

    private static void Store(NpgsqlConnection connection, XElement element, string name)
    {
        using var insert = new NpgsqlCommand($"INSERT INTO {Table} (name, xml) VALUES ($1, $2)", connection);
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = element.ToString(SaveOptions.DisableFormatting) });
        insert.ExecuteNonQuery();
    }

    private static XElement Read(FileInfo file)
    {
        try
        {
            return XElement.Load(file.FullName);
        }
        catch (Exception reason) when (reason is XmlException or IOException or UnauthorizedAccessException)
        {
            throw new StorageUnusableException($"The key {file.FullName} cannot be read: {reason.Message}", reason);
        }
    }

    private NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(alone);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
