using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>How commands are given their values.</summary>
internal static class PostgresCommands
{
    /// <summary>Gives whole numbers for <c>$1</c>, <c>$2</c> and so on.</summary>
    public static NpgsqlCommand With(this NpgsqlCommand command, params ReadOnlySpan<long> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        }

        return command;
    }

    /// <summary>Runs a command that answers nothing, and disposes of it.</summary>
    public static async Task RunAsync(this NpgsqlCommand command)
    {
        await using (command)
        {
            await command.ExecuteNonQueryAsync();
        }
    }
}
