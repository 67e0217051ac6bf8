using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>What was acknowledged must survive the end of the database's server, whatever an administrator thinks of its other users.</summary>
internal static class PostgresDurability
{
    private const string Demanded = "-c synchronous_commit=on";

    /// <summary>Where transactions are told to be done before they are on the disk (by the server's settings, the database's, the role's, or
    /// in the connection itself), they are not for these connections. Any other choice says how many disks it takes, and is the
    /// administrator's.</summary>
    /// <param name="connectionString">How to reach the database.</param>
    /// <returns>How to reach it so that nothing acknowledged is lost.</returns>
    public static string Demand(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (IsPromised(settings))
        {
            return connectionString;
        }

        // Of two settings the last one wins, also if the administrator changes his mind meanwhile.
        settings.Options = $"{settings.Options} {Demanded}".TrimStart();
        return settings.ConnectionString;
    }

    /// <summary>A setting of a session does not outlive its return to the pool, so it must be known before the first one is opened. If the
    /// server does not answer, nobody knows, and whoever asks next is told that it does not.</summary>
    private static bool IsPromised(NpgsqlConnectionStringBuilder settings)
    {
        try
        {
            var alone = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { ApplicationName = "evercam look", Pooling = false };
            using var connection = new NpgsqlConnection(alone.ConnectionString);
            connection.Open();
            using var question = new NpgsqlCommand("SHOW synchronous_commit", connection);
            return question.ExecuteScalar() as string is not "off";
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
