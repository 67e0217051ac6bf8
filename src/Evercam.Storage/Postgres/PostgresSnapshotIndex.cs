using System.Data;
using Evercam.Archive;
using Evercam.Storage.Index;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>The index in the catalog's PostgreSQL database. A change that began is not cancelled.</summary>
internal sealed class PostgresSnapshotIndex(NpgsqlDataSource source) : ISnapshotIndex
{
    public async Task<IReadOnlyList<Snapshot>> AddAsync(
        IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation)
    {
        while (true)
        {
            var refused = await ChangeAsync(
                connection => PostgresSnapshotBatch.AddAsync(connection, snapshots), cancellation);
            if (refused is not null)
            {
                return refused;
            }
        }
    }

    public Task<IReadOnlyList<Erasure>> RemoveAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var (first, past) = (IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to));
        return RemoveAsync<IReadOnlyList<Erasure>>(
            cameraKey, async connection => await RemoveRangeAsync(connection, cameraKey, first, past), cancellation);
    }

    public Task<IReadOnlyList<Erasure>> RemoveLooseAsync(PackName pack, int limit, CancellationToken cancellation)
    {
        var hour = IndexTime.HourOf(pack.Hour);
        var (first, past) = (IndexTime.Start(hour), IndexTime.End(hour));
        return RemoveAsync(
            pack.CameraKey,
            connection => RemoveAndNoteAsync(
                connection,
                new NpgsqlCommand(SnapshotSql.RemoveLoose, connection).With(pack.CameraKey, first, past, limit),
                pack.CameraKey, first, past),
            cancellation);
    }

    public Task KeepAsync(long cameraKey, IReadOnlyList<DateTimeOffset> moments, CancellationToken cancellation) =>
        RemoveAsync(cameraKey, connection => PostgresKept.KeepAsync(connection, cameraKey, moments), cancellation);

    public Task ReleaseAsync(long cameraKey, IReadOnlyList<DateTimeOffset> moments, CancellationToken cancellation) =>
        RemoveAsync(cameraKey, connection => PostgresKept.ReleaseAsync(connection, cameraKey, moments), cancellation);

    public Task<IReadOnlyList<Snapshot>> ListKeptAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        AskAsync(
            PostgresKept.List, r => SnapshotRow.Read(r, cameraKey), cancellation,
            cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to), limit);

    public async Task<(long Pictures, long Bytes)> SumKeptAsync(long cameraKey, CancellationToken cancellation) =>
        (await AskAsync(PostgresKept.Sums, r => (r.GetInt64(0), r.GetInt64(1)), cancellation, cameraKey))[0];

    public Task<IReadOnlyList<Erasure>> TakeBackAsync(
        long cameraKey, IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation) =>
        RemoveAsync<IReadOnlyList<Erasure>>(
            cameraKey,
            async connection =>
            {
                // An addition that is still being committed holds the keys: ours waits for it, or it comes to nothing.
                var refused = await PostgresSnapshotBatch.AddAsync(connection, [.. snapshots.Select(s => s with { Notes = null })]) ?? snapshots;
                var others = refused.Select(s => s.Address).ToHashSet();
                var erasures = new List<Erasure>();
                foreach (var snapshot in snapshots)
                {
                    var first = IndexTime.AtOrBefore(snapshot.TakenAt);
                    erasures.AddRange(others.Contains(snapshot.Address)
                        ? [await NoteAsync(connection, snapshot.Address)]
                        : await RemoveRangeAsync(connection, cameraKey, first, first + 1));
                }

                return erasures;
            },
            cancellation);

    public Task<Erasure?> RemovePackAsync(PackName pack, CancellationToken cancellation)
    {
        var hour = IndexTime.HourOf(pack.Hour);
        return RemoveAsync(
            pack.CameraKey,
            async connection =>
            {
                if (await PostgresKept.AnyAsync(connection, pack.CameraKey, IndexTime.Start(hour), IndexTime.End(hour)))
                {
                    return null;
                }

                await ReplaceRowsAsync(connection, pack, []);
                return new Erasure(await EraseAsync(connection, pack.CameraKey, hour), pack.CameraKey, pack, null);
            },
            cancellation);
    }

    public Task<Erasure> NoteCameraAsync(long cameraKey, CancellationToken cancellation) =>
        RemoveAsync(
            cameraKey,
            async connection =>
            {
                await using var noted = new NpgsqlCommand(SnapshotSql.NotedCamera, connection).With(cameraKey);
                var key = await noted.ExecuteScalarAsync(CancellationToken.None) as long?
                    ?? await EraseAsync(connection, cameraKey, null);
                return new Erasure(key, cameraKey, null, null);
            },
            cancellation);

    public Task<bool> RemoveSomeAsync(long cameraKey, CancellationToken cancellation) =>
        RemoveAsync(
            cameraKey,
            async connection =>
            {
                await using var packs = new NpgsqlCommand(SnapshotSql.LockOldestPacks, connection)
                    .With(cameraKey, RemovalBatch.MaxPacks);
                var oldest = RemovalBatch.Of(await ReadAllAsync(packs, Summary, CancellationToken.None));
                if (oldest.Count == 0)
                {
                    // There should be no row that no counter counts, but none may stay either.
                    await new NpgsqlCommand(SnapshotSql.RemoveRowsOfCamera, connection).With(cameraKey).RunAsync();
                    await PostgresKept.ReleaseAsync(connection, cameraKey, long.MinValue, long.MaxValue);
                    return false;
                }

                var (first, last) = (IndexTime.HourOf(oldest[0].Pack.Hour), IndexTime.HourOf(oldest[^1].Pack.Hour));
                await new NpgsqlCommand(SnapshotSql.RemoveRange, connection)
                    .With(cameraKey, IndexTime.Start(first), IndexTime.End(last)).RunAsync();
                await new NpgsqlCommand(SnapshotSql.RemovePacks, connection).With(cameraKey, first, last).RunAsync();
                return true;
            },
            cancellation);

    public Task ReplacePackAsync(PackName pack, IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation) =>
        RemoveAsync(
            pack.CameraKey,
            async connection =>
            {
                var hour = IndexTime.HourOf(pack.Hour);
                await ReplaceRowsAsync(connection, pack, snapshots);
                await PostgresKept.ReleaseOrphansAsync(connection, pack.CameraKey, IndexTime.Start(hour), IndexTime.End(hour));
                return true;
            },
            cancellation);

    public Task ForgetErasuresAsync(IReadOnlyList<Erasure> erasures, CancellationToken cancellation) =>
        ChangeAsync(
            async connection =>
            {
                await using var command = new NpgsqlCommand(SnapshotSql.ForgetErasures, connection)
                {
                    Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. erasures.Select(e => e.Key)] } },
                };
                return await command.ExecuteNonQueryAsync();
            },
            cancellation);

    public Task<IReadOnlyList<Erasure>> ListErasuresAsync(CancellationToken cancellation) =>
        AskAsync(SnapshotSql.AllErasures, Erasure, cancellation);

    public Task<IReadOnlyList<Erasure>> ListErasuresAsync(long cameraKey, CancellationToken cancellation) =>
        RemoveAsync(
            cameraKey,
            async connection =>
            {
                await using var erasures = new NpgsqlCommand(SnapshotSql.ErasuresOfCamera, connection).With(cameraKey);
                return await ReadAllAsync(erasures, Erasure, CancellationToken.None);
            },
            cancellation);

    public async Task<long> FindEndAsync(PackName pack, int part, CancellationToken cancellation)
    {
        var hour = IndexTime.HourOf(pack.Hour);
        return (await AskAsync(
            SnapshotSql.EndOfPart, r => r.GetInt64(0), cancellation,
            pack.CameraKey, IndexTime.Start(hour), IndexTime.End(hour), part))[0];
    }

    public async Task<Snapshot?> FindAtOrBeforeAsync(
        long cameraKey, DateTimeOffset moment, CancellationToken cancellation) =>
        (await AskAsync(
            SnapshotSql.AtOrBefore, r => SnapshotRow.Read(r, cameraKey), cancellation,
            cameraKey, IndexTime.AtOrBefore(moment))).SingleOrDefault();

    public async Task<Snapshot?> FindAtOrAfterAsync(
        long cameraKey, DateTimeOffset moment, CancellationToken cancellation) =>
        (await AskAsync(
            SnapshotSql.AtOrAfter, r => SnapshotRow.Read(r, cameraKey), cancellation,
            cameraKey, IndexTime.AtOrAfter(moment))).SingleOrDefault();

    public Task<IReadOnlyList<Snapshot>> ListAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        AskAsync(
            SnapshotSql.Range, r => SnapshotRow.Read(r, cameraKey), cancellation,
            cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to), limit);

    public async Task<IReadOnlyList<bool>> AnyAsync(
        long cameraKey, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> ranges, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(SnapshotSql.AnyInRanges);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cameraKey });
        command.Parameters.Add(
            new NpgsqlParameter<long[]> { TypedValue = [.. ranges.Select(r => IndexTime.AtOrAfter(r.From))] });
        command.Parameters.Add(
            new NpgsqlParameter<long[]> { TypedValue = [.. ranges.Select(r => IndexTime.AtOrAfter(r.To))] });
        return await ReadAllAsync(command, r => r.GetBoolean(0), cancellation);
    }

    public async Task<IReadOnlyList<DateTimeOffset?>> FindLastTimesAsync(IReadOnlyList<long> cameraKeys, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(SnapshotSql.LastTimes);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. cameraKeys] });
        return await ReadAllAsync(
            command, r => r.IsDBNull(0) ? (DateTimeOffset?)null : ArchiveTime.FromUnixMicroseconds(r.GetInt64(0)), cancellation);
    }

    public async Task<DateTimeOffset?> FindNthAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, long skip, CancellationToken cancellation)
    {
        var first = IndexTime.AtOrAfter(from);
        var found = await AskAsync(
            SnapshotSql.Nth, r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0), cancellation,
            cameraKey, first, IndexTime.AtOrAfter(to), skip, IndexTime.HourOf(first));
        return found is [{ } moment] ? ArchiveTime.FromUnixMicroseconds(moment) : null;
    }

    public Task<IReadOnlyList<PackSummary>> ListPacksAsync(
        long cameraKey, DateTimeOffset fromHour, int limit, CancellationToken cancellation) =>
        AskAsync(
            SnapshotSql.PacksOfCamera, Summary, cancellation, cameraKey, IndexTime.HourAtOrAfter(fromHour), limit);

    public Task<IReadOnlyList<PackSummary>> ListLoosePacksAsync(
        long cameraKey, DateTimeOffset fromHour, int limit, CancellationToken cancellation) =>
        AskAsync(
            PostgresKept.LoosePacksOfCamera, Summary, cancellation, cameraKey, IndexTime.HourAtOrAfter(fromHour), limit);

    public Task<IReadOnlyList<PackSummary>> ListOldestPacksAsync(int limit, CancellationToken cancellation) =>
        AskAsync(PostgresKept.OldestPacks, Summary, cancellation, limit);

    public async Task<(long Pictures, long Bytes)> SumAsync(long cameraKey, CancellationToken cancellation) =>
        (await AskAsync(SnapshotSql.Sums, r => (r.GetInt64(0), r.GetInt64(1)), cancellation, cameraKey))[0];

    public Task<IReadOnlyList<long>> ListCamerasAsync(CancellationToken cancellation) =>
        AskAsync(SnapshotSql.Cameras, r => r.GetInt64(0), cancellation);

    private static PackSummary Summary(NpgsqlDataReader row) => new(
        IndexTime.Pack(row.GetInt64(1), row.GetInt64(0)), row.GetInt32(2), row.GetInt64(3));

    private static Erasure Erasure(NpgsqlDataReader row)
    {
        var cameraKey = row.GetInt64(1);
        var pack = row.IsDBNull(2) ? (PackName?)null : IndexTime.Pack(cameraKey, row.GetInt64(2));
        var entry = row.IsDBNull(4) ? (PackAddress?)null : new PackAddress(
            pack!.Value, row.GetInt32(3), row.GetInt64(4), row.GetInt32(5), row.GetInt32(6));
        return new Erasure(row.GetInt64(0), cameraKey, pack, entry);
    }

    /// <summary>Counts at the end, after the rows: see <see cref="SnapshotSql.LockRemovals"/>.</summary>
    private static async Task ReplaceRowsAsync(
        NpgsqlConnection connection, PackName pack, IReadOnlyList<Snapshot> snapshots)
    {
        var (cameraKey, hour) = (pack.CameraKey, IndexTime.HourOf(pack.Hour));
        await using var remove = new NpgsqlCommand(SnapshotSql.RemoveRange, connection)
            .With(cameraKey, IndexTime.Start(hour), IndexTime.End(hour));
        var gone = await ReadAllAsync(remove, r => (Pictures: r.GetInt64(0), Bytes: r.GetInt64(1)), CancellationToken.None);
        await PostgresSnapshotBatch.AddAsync(connection, snapshots);
        await using var count = new NpgsqlCommand(SnapshotSql.CountRemoved, connection)
            .With(cameraKey, hour, gone[0].Pictures, gone[0].Bytes);
        await count.ExecuteNonQueryAsync();
        await using var forget = new NpgsqlCommand(SnapshotSql.ForgetEmptyPacks, connection).With(cameraKey, hour, hour);
        await forget.ExecuteNonQueryAsync();
    }

    private static async Task<IReadOnlyList<Erasure>> RemoveRangeAsync(
        NpgsqlConnection connection, long cameraKey, long first, long past)
    {
        var remove = new NpgsqlCommand(SnapshotSql.Remove, connection).With(cameraKey, first, past);
        var erasures = await RemoveAndNoteAsync(connection, remove, cameraKey, first, past);
        await PostgresKept.ReleaseAsync(connection, cameraKey, first, past);
        return erasures;
    }

    /// <summary>Runs what removes rows of a range and notes their erasures, inside a transaction that holds the camera's lock.</summary>
    private static async Task<IReadOnlyList<Erasure>> RemoveAndNoteAsync(
        NpgsqlConnection connection, NpgsqlCommand remove, long cameraKey, long first, long past)
    {
        await using var counters = new NpgsqlCommand(SnapshotSql.LockPacks, connection)
            .With(cameraKey, IndexTime.HourOf(first), IndexTime.HourOf(past));
        await counters.ExecuteNonQueryAsync();
        await using var removal = remove;
        var erasures = await ReadAllAsync(removal, Erasure, CancellationToken.None);
        await using var forget = new NpgsqlCommand(SnapshotSql.ForgetEmptyPacks, connection)
            .With(cameraKey, IndexTime.HourOf(first), IndexTime.HourOf(past));
        await forget.ExecuteNonQueryAsync();
        return [.. erasures.OrderBy(e => e.Key)];
    }

    private static async Task<Erasure> NoteAsync(NpgsqlConnection connection, PackAddress entry)
    {
        await using var note = new NpgsqlCommand(SnapshotSql.EraseEntry, connection).With(
            entry.Pack.CameraKey, IndexTime.HourOf(entry.Pack.Hour), entry.Part, entry.Offset, entry.HeaderLength, entry.Length);
        return new Erasure((long)(await note.ExecuteScalarAsync())!, entry.Pack.CameraKey, entry.Pack, entry);
    }

    private static async Task<long> EraseAsync(NpgsqlConnection connection, long cameraKey, long? hour)
    {
        await using var command = new NpgsqlCommand(SnapshotSql.Erase, connection).With(cameraKey);
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = hour });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<IReadOnlyList<T>> AskAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params long[] values)
    {
        await using var command = source.CreateCommand(sql).With(values);
        return await ReadAllAsync(command, read, cancellation);
    }

    private static async Task<IReadOnlyList<T>> ReadAllAsync<T>(
        NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        try
        {
            await using var rows = await command.ExecuteReaderAsync(cancellation);
            var found = new List<T>();
            while (await rows.ReadAsync(cancellation))
            {
                found.Add(read(rows));
            }

            return found;
        }
        catch (Exception failure) when (failure is not OperationCanceledException && failure.IsDatabaseUnavailable())
        {
            throw Unavailable(failure);
        }
    }

    private Task<T> RemoveAsync<T>(
        long cameraKey, Func<NpgsqlConnection, Task<T>> remove, CancellationToken cancellation) =>
        ChangeAsync(
            async connection =>
            {
                await new NpgsqlCommand(SnapshotSql.LockRemovals, connection).With(cameraKey).RunAsync();
                return await remove(connection);
            },
            cancellation);

    /// <summary>Changes in one transaction, which is rolled back if the answer is <see langword="null"/>.</summary>
    private async Task<T> ChangeAsync<T>(Func<NpgsqlConnection, Task<T>> change, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
            var answer = await change(connection);
            if (answer is not null)
            {
                await transaction.CommitAsync(CancellationToken.None);
            }

            return answer;
        }
        catch (Exception failure) when (failure is not OperationCanceledException && failure.IsDatabaseUnavailable())
        {
            throw Unavailable(failure);
        }
    }

    private static IndexUnavailableException Unavailable(Exception failure) =>
        new($"The index does not answer: {failure.Message}", failure);
}
