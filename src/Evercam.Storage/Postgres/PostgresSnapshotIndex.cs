using System.Data;
using Evercam.Archive;
using Evercam.Storage.Index;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>The index in the catalog's PostgreSQL database. A change that began is not cancelled.</summary>
internal sealed class PostgresSnapshotIndex(NpgsqlDataSource source, PostgresPresence presence, ITenures? tenures = null) : ISnapshotIndex
{
    private readonly ITenures tenures = tenures ?? new AloneTenures();

    public async Task<IReadOnlyList<Snapshot>> AddAsync(
        IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation)
    {
        while (true)
        {
            var refused = await ChangeAsync(
                [.. snapshots.Select(s => s.CameraKey)], connection => PostgresSnapshotBatch.AddAsync(connection, snapshots), cancellation);
            if (refused is not null)
            {
                return refused;
            }
        }
    }

    public Task AwaitReadyAsync(CancellationToken cancellation) => AskAsync("SELECT 1", r => r.GetInt32(0), cancellation);

    public Task DemandTenureAsync(long cameraKey, CancellationToken cancellation) =>
        tenures.AreShared ? ChangeAsync([cameraKey], _ => Task.FromResult(true), cancellation) : Task.CompletedTask;

    public Task<IReadOnlyList<Erasure>> RemoveAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) => RemoveAsync(
            cameraKey,
            c => PostgresSnapshotWrites.RemoveAsync(c, cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to)),
            cancellation);

    public Task<IReadOnlyList<Erasure>> RemoveLooseAsync(PackName pack, int limit, CancellationToken cancellation) =>
        RemoveAsync(pack.CameraKey, c => PostgresSnapshotWrites.RemoveLooseAsync(c, pack, limit), cancellation);

    public Task KeepAsync(long cameraKey, IReadOnlyList<DateTimeOffset> moments, CancellationToken cancellation) =>
        RemoveAsync(cameraKey, c => PostgresKept.KeepAsync(c, cameraKey, moments), cancellation);

    public Task ReleaseAsync(long cameraKey, IReadOnlyList<DateTimeOffset> moments, CancellationToken cancellation) =>
        RemoveAsync(cameraKey, c => PostgresKept.ReleaseAsync(c, cameraKey, moments), cancellation);

    public Task<IReadOnlyList<Snapshot>> ListKeptAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        AskAsync(
            PostgresKept.List, r => PostgresRows.Snapshot(r, cameraKey), cancellation,
            cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to), limit);

    public Task<IReadOnlyList<Snapshot>> SkimKeptAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        AskAsync(
            PostgresKept.Skim, r => PostgresRows.Skimmed(r, cameraKey), cancellation,
            cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to), limit);

    public async Task<(long Pictures, long Bytes)> SumKeptAsync(long cameraKey, CancellationToken cancellation) =>
        (await AskAsync(PostgresKept.Sums, r => (r.GetInt64(0), r.GetInt64(1)), cancellation, cameraKey))[0];

    public Task<IReadOnlyList<Erasure>> TakeBackAsync(
        long cameraKey, IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation) =>
        RemoveAsync(cameraKey, c => PostgresSnapshotWrites.TakeBackAsync(c, cameraKey, snapshots), cancellation);

    public Task<Erasure?> RemovePackAsync(PackName pack, CancellationToken cancellation) =>
        RemoveAsync(pack.CameraKey, c => PostgresSnapshotWrites.RemovePackAsync(c, pack), cancellation);

    public Task<Erasure> NoteCameraAsync(long cameraKey, CancellationToken cancellation) =>
        RemoveAsync(cameraKey, c => PostgresSnapshotWrites.NoteCameraAsync(c, cameraKey), cancellation);

    public Task<bool> RemoveSomeAsync(long cameraKey, CancellationToken cancellation) =>
        RemoveAsync(cameraKey, c => PostgresSnapshotWrites.RemoveSomeAsync(c, cameraKey), cancellation);

    public Task ReplacePackAsync(PackName pack, IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation) => RemoveAsync(
        pack.CameraKey,
        async connection =>
        {
            await PostgresSnapshotWrites.ReplacePackAsync(connection, pack, snapshots);
            return true;
        },
        cancellation);

    public Task ForgetErasuresAsync(IReadOnlyList<Erasure> erasures, CancellationToken cancellation) =>
        ChangeAsync(
            [.. erasures.Select(e => e.CameraKey)],
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
        AskAsync(SnapshotSql.AllErasures, PostgresRows.Erasure, cancellation);

    // Whoever only reads need not have the camera.
    public Task<IReadOnlyList<Erasure>> ListErasuresAsync(long cameraKey, CancellationToken cancellation) =>
        ChangeAsync(
            [],
            async connection =>
            {
                await connection.RunAsync(SnapshotSql.LockRemovals, cameraKey);
                await using var erasures = new NpgsqlCommand(SnapshotSql.ErasuresOfCamera, connection).With(cameraKey);
                return await erasures.ReadAllAsync(PostgresRows.Erasure, CancellationToken.None);
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
            SnapshotSql.AtOrBefore, r => PostgresRows.Snapshot(r, cameraKey), cancellation,
            cameraKey, IndexTime.AtOrBefore(moment))).SingleOrDefault();

    public async Task<Snapshot?> FindAtOrAfterAsync(
        long cameraKey, DateTimeOffset moment, CancellationToken cancellation) =>
        (await AskAsync(
            SnapshotSql.AtOrAfter, r => PostgresRows.Snapshot(r, cameraKey), cancellation,
            cameraKey, IndexTime.AtOrAfter(moment))).SingleOrDefault();

    public Task<IReadOnlyList<Snapshot>> ListAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        AskAsync(
            SnapshotSql.Range, r => PostgresRows.Snapshot(r, cameraKey), cancellation,
            cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to), limit);

    public Task<IReadOnlyList<Snapshot>> SkimAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        AskAsync(
            SnapshotSql.SkimmedRange, r => PostgresRows.Skimmed(r, cameraKey), cancellation,
            cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to), limit);

    public async Task<IReadOnlyList<bool>> AnyAsync(
        long cameraKey, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> ranges, CancellationToken cancellation)
    {
        var command = source.CreateCommand(SnapshotSql.AnyInRanges);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cameraKey });
        command.Parameters.Add(
            new NpgsqlParameter<long[]> { TypedValue = [.. ranges.Select(r => IndexTime.AtOrAfter(r.From))] });
        command.Parameters.Add(
            new NpgsqlParameter<long[]> { TypedValue = [.. ranges.Select(r => IndexTime.AtOrAfter(r.To))] });
        return await AskAsync(command, r => r.GetBoolean(0), cancellation);
    }

    public async Task<IReadOnlyList<DateTimeOffset?>> FindLastTimesAsync(IReadOnlyList<long> cameraKeys, CancellationToken cancellation)
    {
        var command = source.CreateCommand(SnapshotSql.LastTimes);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. cameraKeys] });
        return await AskAsync(
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
            SnapshotSql.PacksOfCamera, PostgresRows.Pack, cancellation, cameraKey, IndexTime.HourAtOrAfter(fromHour), limit);

    public Task<IReadOnlyList<PackSummary>> ListLoosePacksAsync(
        long cameraKey, DateTimeOffset fromHour, int limit, CancellationToken cancellation) =>
        AskAsync(
            PostgresKept.LoosePacksOfCamera, PostgresRows.Pack, cancellation, cameraKey, IndexTime.HourAtOrAfter(fromHour), limit);

    public Task<IReadOnlyList<Snapshot>> ListLooseAsync(PackName pack, int limit, CancellationToken cancellation) =>
        AskAsync(
            PostgresKept.Loose, r => PostgresRows.Snapshot(r, pack.CameraKey), cancellation, pack.CameraKey,
            IndexTime.Start(IndexTime.HourOf(pack.Hour)), IndexTime.End(IndexTime.HourOf(pack.Hour)), limit);

    public Task<IReadOnlyList<PackSummary>> ListOldestPacksAsync(int limit, CancellationToken cancellation) =>
        AskAsync(PostgresKept.OldestPacks, PostgresRows.Pack, cancellation, limit);

    public async Task<(long Pictures, long Bytes)> SumAsync(long cameraKey, CancellationToken cancellation) =>
        (await AskAsync(SnapshotSql.Sums, r => (r.GetInt64(0), r.GetInt64(1)), cancellation, cameraKey))[0];

    public Task<IReadOnlyList<long>> ListCamerasAsync(CancellationToken cancellation) =>
        AskAsync(SnapshotSql.Cameras, r => r.GetInt64(0), cancellation);

    private Task<IReadOnlyList<T>> AskAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params long[] values) =>
        AskAsync(source.CreateCommand(sql).With(values), read, cancellation);

    private async Task<IReadOnlyList<T>> AskAsync<T>(
        NpgsqlCommand question, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        try
        {
            await using (question)
            {
                await presence.AwaitAsync(cancellation);
                question.CommandTimeout = (int)PostgresCommands.Patience.TotalSeconds;
                return await question.ReadAllAsync(read, cancellation);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException && failure.IsDatabaseUnavailable())
        {
            throw Unavailable(failure);
        }
    }

    private Task<T> RemoveAsync<T>(
        long cameraKey, Func<NpgsqlConnection, Task<T>> remove, CancellationToken cancellation) =>
        ChangeAsync(
            [cameraKey],
            async connection =>
            {
                await connection.RunAsync(SnapshotSql.LockRemovals, cameraKey);
                return await remove(connection);
            },
            cancellation);

    /// <summary>Changes in one transaction, which is rolled back if the answer is <see langword="null"/>.</summary>
    /// <exception cref="CameraElsewhereException">Another server has one of these cameras.</exception>
    private async Task<T> ChangeAsync<T>(
        long[] cameraKeys, Func<NpgsqlConnection, Task<T>> change, CancellationToken cancellation)
    {
        try
        {
            await presence.AwaitAsync(cancellation);
            await using var connection = await source.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
            await PostgresFence.DemandAsync(connection, tenures, cameraKeys);
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

    private IndexUnavailableException Unavailable(Exception failure)
    {
        presence.Miss(failure);
        return new($"The index does not answer: {failure.Message}", failure) { IsTold = failure.IsDatabaseAway() };
    }
}
