using Microsoft.Data.Sqlite;
using Npgsql;

namespace Evercam.Storage.Moving;

/// <summary>Copies the rows of a table in the order of its key, some at once: what is there already is a beginning of it, whenever it was
/// broken off.</summary>
#pragma warning disable CA2100 // Statements are made of the names of tables and columns, which are the program's own.
internal sealed class TableCopy(MovedTable table, SqliteConnection from, NpgsqlConnection to)
{
    /// <summary>A transaction each, which is on stable storage at its end.</summary>
    private const int RowsAtOnce = 20_000;

    private string Columns => string.Join(", ", table.Columns.Select(column => column.Quoted));

    private string Key => string.Join(", ", table.Key.Select(column => column.Quoted));

    public async Task<long> CountAsync(CancellationToken cancellation)
    {
        await using var question = from.CreateCommand();
        question.CommandText = $"SELECT count(*) FROM {table.Quoted}";
        return (long)(await question.ExecuteScalarAsync(cancellation))!;
    }

    public async Task<long> CountCopiedAsync(CancellationToken cancellation)
    {
        await using var question = new NpgsqlCommand($"SELECT count(*) FROM {table.Quoted}", to);
        return (long)(await question.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Copies what is not there yet.</summary>
    /// <param name="copied">Told how many more there are.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Action<int> copied, CancellationToken cancellation)
    {
        await using var question = from.CreateCommand();
        var last = await FindLastAsync(cancellation);
        var behind = last is null ? "" : $"WHERE ({Key}) > ({string.Join(", ", last.Select((_, at) => $"${at}"))})";
        question.CommandText = $"SELECT {Columns} FROM {table.Quoted} {behind} ORDER BY {Key}";
        foreach (var (value, at) in (last ?? []).Select((value, at) => (value, at)))
        {
            question.Parameters.AddWithValue($"${at}", value);
        }

        await using var rows = await question.ExecuteReaderAsync(cancellation);
        while (await CopySomeAsync(rows, cancellation) is > 0 and var more)
        {
            copied(more);
        }
    }

    /// <summary>Sees to it that no key is given a second time, also none whose row is gone.</summary>
    public async Task CountOnAsync(CancellationToken cancellation)
    {
        foreach (var column in table.Columns.Where(column => column.IsCounted))
        {
            await using var question = from.CreateCommand();
            question.CommandText =
                $"""
                SELECT max(
                    coalesce((SELECT max({column.Quoted}) FROM {table.Quoted}), 0),
                    coalesce((SELECT seq FROM sqlite_sequence WHERE name = $table), 0))
                """;
            question.Parameters.AddWithValue("$table", table.Name);
            if ((long)(await question.ExecuteScalarAsync(cancellation))! is > 0 and var last)
            {
                await using var set = new NpgsqlCommand("SELECT setval(pg_get_serial_sequence($1, $2), $3)", to);
                set.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table.Quoted });
                set.Parameters.Add(new NpgsqlParameter<string> { TypedValue = column.Name });
                set.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last });
                await set.ExecuteNonQueryAsync(cancellation);
            }
        }
    }

    /// <summary>The key of the last row that is there.</summary>
    private async Task<object[]?> FindLastAsync(CancellationToken cancellation)
    {
        var descending = string.Join(", ", table.Key.Select(column => $"{column.Quoted} DESC"));
        await using var question = new NpgsqlCommand($"SELECT {Key} FROM {table.Quoted} ORDER BY {descending} LIMIT 1", to);
        await using var rows = await question.ExecuteReaderAsync(cancellation);
        if (!await rows.ReadAsync(cancellation))
        {
            return null;
        }

        var last = new object[table.Key.Count];
        rows.GetValues(last);
        return last;
    }

    /// <returns>How many; 0 if there are no more.</returns>
    private async Task<int> CopySomeAsync(SqliteDataReader rows, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await using var importer = await to.BeginBinaryImportAsync($"COPY {table.Quoted} ({Columns}) FROM STDIN (FORMAT BINARY)", cancellation);
        var count = 0;
        for (; count < RowsAtOnce && await rows.ReadAsync(cancellation); count++)
        {
            await importer.StartRowAsync(cancellation);
            for (var place = 0; place < table.Columns.Count; place++)
            {
                await table.Columns[place].WriteAsync(importer, rows, place, cancellation);
            }
        }

        await importer.CompleteAsync(cancellation);
        return count;
    }
}
#pragma warning restore CA2100
