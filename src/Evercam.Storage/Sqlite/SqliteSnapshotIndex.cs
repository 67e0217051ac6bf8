using System.Collections.Concurrent;
using Evercam.Archive;
using Evercam.Storage.Index;
using Microsoft.Data.Sqlite;

namespace Evercam.Storage.Sqlite;

/// <summary>The index in the catalog's SQLite file: one session writes, and each thread that asks borrows one to read. SQLite
/// has no asynchronous calls, so the tasks are finished when they are handed out, but for waiting for the writer.</summary>
internal sealed class SqliteSnapshotIndex(SqliteFile file) : ISnapshotIndex, IDisposable
{
    /// <summary>More than this many at once are opened and closed again.</summary>
    private readonly int idleReaders = 2 * Environment.ProcessorCount;

    private readonly ConcurrentStack<SqliteSession> readers = new();
    private readonly SemaphoreSlim writing = new(1);
    private SqliteSession? writer;

    public Task<IReadOnlyList<Snapshot>> AddAsync(IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation) =>
        snapshots.Count == 0
            ? Task.FromResult<IReadOnlyList<Snapshot>>([])
            : WriteAsync<IReadOnlyList<Snapshot>>(s => SqliteSnapshotWrites.Add(s, snapshots), cancellation);

    public Task AwaitReadyAsync(CancellationToken cancellation) => WriteAsync(_ => { }, cancellation);

    public Task<IReadOnlyList<Erasure>> RemoveAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        WriteAsync<IReadOnlyList<Erasure>>(
            s => SqliteSnapshotWrites.Remove(s, cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to)), cancellation);

    public Task<IReadOnlyList<Erasure>> TakeBackAsync(
        long cameraKey, IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation) =>
        WriteAsync<IReadOnlyList<Erasure>>(s => SqliteSnapshotWrites.TakeBack(s, cameraKey, snapshots), cancellation);

    public Task<Erasure?> RemovePackAsync(PackName pack, CancellationToken cancellation) =>
        WriteAsync(s => SqliteSnapshotWrites.RemoveWholePack(s, pack), cancellation);

    public Task<IReadOnlyList<Erasure>> RemoveLooseAsync(PackName pack, int limit, CancellationToken cancellation) =>
        WriteAsync<IReadOnlyList<Erasure>>(s => SqliteSnapshotWrites.RemoveLoose(s, pack, limit), cancellation);

    public Task KeepAsync(long cameraKey, IReadOnlyList<DateTimeOffset> moments, CancellationToken cancellation) =>
        WriteAsync(s => SqliteKept.Keep(s, cameraKey, moments), cancellation);

    public Task ReleaseAsync(long cameraKey, IReadOnlyList<DateTimeOffset> moments, CancellationToken cancellation) =>
        WriteAsync(s => SqliteKept.Release(s, cameraKey, moments), cancellation);

    public Task<IReadOnlyList<Snapshot>> ListKeptAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<Snapshot>>(
            s => SqliteKept.List(s, cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to), limit), cancellation);

    public Task<IReadOnlyList<Snapshot>> SkimKeptAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<Snapshot>>(
            s => SqliteKept.Skim(s, cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to), limit), cancellation);

    public Task<(long Pictures, long Bytes)> SumKeptAsync(long cameraKey, CancellationToken cancellation) =>
        Read(s => SqliteKept.Sum(s, cameraKey), cancellation);

    public Task<Erasure> NoteCameraAsync(long cameraKey, CancellationToken cancellation) =>
        WriteAsync(s => SqliteSnapshotWrites.NoteCamera(s, cameraKey), cancellation);

    public Task<bool> RemoveSomeAsync(long cameraKey, CancellationToken cancellation) =>
        WriteAsync(s => SqliteSnapshotWrites.RemoveSome(s, cameraKey), cancellation);

    public Task ReplacePackAsync(PackName pack, IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation) =>
        WriteAsync(s => SqliteSnapshotWrites.ReplacePack(s, pack, snapshots), cancellation);

    public Task ForgetErasuresAsync(IReadOnlyList<Erasure> erasures, CancellationToken cancellation) =>
        WriteAsync(s => SqliteSnapshotWrites.ForgetErasures(s, erasures), cancellation);

    public Task<IReadOnlyList<Erasure>> ListErasuresAsync(CancellationToken cancellation) =>
        Read<IReadOnlyList<Erasure>>(SqliteSnapshotReads.ListErasures, cancellation);

    public Task<IReadOnlyList<Erasure>> ListErasuresAsync(long cameraKey, CancellationToken cancellation) =>
        Read<IReadOnlyList<Erasure>>(s => SqliteSnapshotReads.ListErasures(s, cameraKey), cancellation);

    public Task<long> FindEndAsync(PackName pack, int part, CancellationToken cancellation) =>
        Read(s => SqliteSnapshotReads.FindEnd(s, pack, part), cancellation);

    public Task<Snapshot?> FindAtOrBeforeAsync(long cameraKey, DateTimeOffset moment, CancellationToken cancellation) =>
        Read(s => SqliteSnapshotReads.FindAtOrBefore(s, cameraKey, IndexTime.AtOrBefore(moment)), cancellation);

    public Task<Snapshot?> FindAtOrAfterAsync(long cameraKey, DateTimeOffset moment, CancellationToken cancellation) =>
        Read(s => SqliteSnapshotReads.FindAtOrAfter(s, cameraKey, IndexTime.AtOrAfter(moment)), cancellation);

    public Task<IReadOnlyList<Snapshot>> ListAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<Snapshot>>(
            s => SqliteSnapshotReads.List(s, cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to), limit),
            cancellation);

    public Task<IReadOnlyList<Snapshot>> SkimAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<Snapshot>>(
            s => SqliteSnapshotReads.Skim(s, cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to), limit), cancellation);

    public Task<IReadOnlyList<bool>> AnyAsync(
        long cameraKey, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> ranges, CancellationToken cancellation) =>
        ReadAtOnce<IReadOnlyList<bool>>(
            s => [.. ranges.Select(range => SqliteSnapshotReads.Any(
                s, cameraKey, IndexTime.AtOrAfter(range.From), IndexTime.AtOrAfter(range.To)))],
            cancellation);

    public Task<IReadOnlyList<DateTimeOffset?>> FindLastTimesAsync(IReadOnlyList<long> cameraKeys, CancellationToken cancellation) =>
        ReadAtOnce<IReadOnlyList<DateTimeOffset?>>(
            s => [.. cameraKeys.Select(key => SqliteSnapshotReads.FindLastTime(s, key) is { } moment
                ? ArchiveTime.FromUnixMicroseconds(moment)
                : (DateTimeOffset?)null)],
            cancellation);

    public Task<DateTimeOffset?> FindNthAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, long skip, CancellationToken cancellation) =>
        ReadAtOnce(
            s => SqliteSnapshotReads.FindNth(
                s, cameraKey, IndexTime.AtOrAfter(from), IndexTime.AtOrAfter(to), skip) is { } moment
                ? ArchiveTime.FromUnixMicroseconds(moment)
                : (DateTimeOffset?)null,
            cancellation);

    public Task<IReadOnlyList<PackSummary>> ListPacksAsync(
        long cameraKey, DateTimeOffset fromHour, int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<PackSummary>>(
            s => SqliteSnapshotReads.ListPacks(s, cameraKey, IndexTime.HourAtOrAfter(fromHour), limit), cancellation);

    public Task<IReadOnlyList<PackSummary>> ListLoosePacksAsync(
        long cameraKey, DateTimeOffset fromHour, int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<PackSummary>>(
            s => SqliteKept.ListLoosePacks(s, cameraKey, IndexTime.HourAtOrAfter(fromHour), limit), cancellation);

    public Task<IReadOnlyList<Snapshot>> ListLooseAsync(PackName pack, int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<Snapshot>>(
            s => SqliteKept.ListLoose(
                s, pack.CameraKey, IndexTime.Start(IndexTime.HourOf(pack.Hour)), IndexTime.End(IndexTime.HourOf(pack.Hour)), limit),
            cancellation);

    public Task<IReadOnlyList<PackSummary>> ListOldestPacksAsync(int limit, CancellationToken cancellation) =>
        Read<IReadOnlyList<PackSummary>>(s => SqliteKept.ListOldestPacks(s, limit), cancellation);

    public Task<(long Pictures, long Bytes)> SumAsync(long cameraKey, CancellationToken cancellation) =>
        Read(s => SqliteSnapshotReads.Sum(s, cameraKey), cancellation);

    public Task<IReadOnlyList<long>> ListCamerasAsync(CancellationToken cancellation) =>
        Read<IReadOnlyList<long>>(SqliteSnapshotReads.ListCameras, cancellation);

    public void Dispose()
    {
        writer?.Dispose();
        writing.Dispose();
        while (readers.TryPop(out var reader))
        {
            reader.Dispose();
        }
    }

    /// <summary>Asks inside one read transaction, so that all statements of a question see one state.</summary>
    private Task<T> ReadAtOnce<T>(Func<SqliteSession, T> question, CancellationToken cancellation) => Read(
        session =>
        {
            session.Execute("BEGIN");
            var answer = question(session);
            session.Execute("COMMIT");
            return answer;
        },
        cancellation);

    /// <summary>Asks a question of one statement, which sees one state by itself.</summary>
    private Task<T> Read<T>(Func<SqliteSession, T> question, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellation);
        }

        SqliteSession? session = null;
        try
        {
            session = readers.TryPop(out var idle) ? idle : SqliteSession.Open(file);
            var answer = question(session);
            if (readers.Count < idleReaders)
            {
                readers.Push(session);
                session = null;
            }

            return Task.FromResult(answer);
        }
        catch (SqliteException failure) when (failure.IsDatabaseUnavailable())
        {
            return Task.FromException<T>(Unavailable(failure));
        }
        finally
        {
            session?.Dispose();
        }
    }

    private Task<bool> WriteAsync(Action<SqliteSession> change, CancellationToken cancellation) =>
        WriteAsync(
            session =>
            {
                change(session);
                return true;
            },
            cancellation);

    /// <summary>Changes inside one transaction. A session that failed is closed, which rolls back what it began.</summary>
    private async Task<T> WriteAsync<T>(Func<SqliteSession, T> change, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation);
        SqliteSession? session = null;
        try
        {
            session = writer ?? OpenWriter();
            writer = null;
            session.Execute("BEGIN IMMEDIATE");
            var answer = change(session);
            session.Execute("COMMIT");
            (writer, session) = (session, null);
            return answer;
        }
        catch (SqliteException failure) when (failure.IsDatabaseUnavailable())
        {
            throw Unavailable(failure);
        }
        finally
        {
            session?.Dispose();
            writing.Release();
        }
    }

    /// <summary>The page that each camera's next row goes to stays in memory: 32 MB hold those of 5,000 cameras.</summary>
    private SqliteSession OpenWriter()
    {
        var session = SqliteSession.Open(file);
        session.Execute("PRAGMA cache_size = -32768");
        return session;
    }

    private static IndexUnavailableException Unavailable(SqliteException failure) =>
        new($"The index does not answer: {failure.Message}", failure);
}
