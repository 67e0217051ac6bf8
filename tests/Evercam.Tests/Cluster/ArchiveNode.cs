using System.Collections.Concurrent;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Storage.Postgres;
using Evercam.Storage.S3;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Evercam.Tests.Cluster;

/// <summary>An archive as one of several servers has it.</summary>
internal sealed class ArchiveNode : ITenures, IAsyncDisposable
{
    private readonly PostgresStorage storage;
    private readonly TempFolder folder = new();
    private readonly NpgsqlDataSource source;
    private readonly PostgresPresence presence;
    private readonly OpenBucket bucket;
    private readonly ConcurrentDictionary<long, long> held = new();
    private bool hasBegun;

    /// <param name="storage">The database that they share.</param>
    /// <param name="options">The bucket that they share.</param>
    /// <param name="clock">Tells time.</param>
    /// <param name="name">What the servers call this one.</param>
    /// <param name="archive">How it keeps pictures.</param>
    public ArchiveNode(
        PostgresStorage storage, S3Options options, TimeProvider clock, string name, SnapshotArchiveOptions? archive = null)
    {
        (this.storage, Name) = (storage, name);
        source = NpgsqlDataSource.Create(storage.ConnectionString);
        presence = new(_ => Task.CompletedTask, () => { }, TimeProvider.System, new LogLines<PostgresPresence>());
        bucket = new OpenBucket(options);
        Packs = bucket.Open(folder["spool"], this);
        Index = new PostgresSnapshotIndex(source, presence, this);
        Archive = new SnapshotArchive(
            Interposed.Around<IPackStore>(Packs, call => OnPacks(call)),
            Interposed.Around<ISnapshotIndex>(Index, call => OnIndex(call)),
            archive ?? new SnapshotArchiveOptions(),
            clock,
            NullLogger<SnapshotArchive>.Instance,
            this);
    }

    public string Name { get; }

    /// <summary>The packs, without anything in front.</summary>
    public S3PackStore Packs { get; }

    /// <summary>The index, without anything in front.</summary>
    public ISnapshotIndex Index { get; }

    /// <summary>What calls of the packs do.</summary>
    public Func<InterposedCall, object?> OnPacks { get; set; } = call => call.GoThrough();

    /// <summary>What calls of the index do.</summary>
    public Func<InterposedCall, object?> OnIndex { get; set; } = call => call.GoThrough();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public SnapshotArchive Archive { get; }

    public bool AreShared => true;

    public long? Of(long cameraKey) => held.TryGetValue(cameraKey, out var number) ? number : null;

    public void WasSurpassed(long cameraKey, long number)
    {
        // Whoever tests it says what it has.
    }

    public async Task<(long Number, bool IsNew)> TakeAsync(long camera)
    {
        await using var db = storage.OpenCatalog();
        Assert.NotNull(await db.BeatAsync(Name, isFirst: !hasBegun, Cancellation));
        hasBegun = true;
        var taken = await db.TakeTenureAsync(camera, Name, Cancellation);
        return (taken!.Number, taken.IsNew);
    }

    /// <summary>Takes the camera as a server does that learns that it lost it before.</summary>
    public async Task BeginAsync(long camera)
    {
        held.TryRemove(camera, out _);
        var (number, _) = await TakeAsync(camera);
        await Archive.BeginTenureAsync(camera, Cancellation);
        held[camera] = number;
    }

    /// <summary>Learns that another server has the camera.</summary>
    public void Lose(long camera) => held.TryRemove(camera, out _);

    public Task<Snapshot> UploadAsync(long camera, DateTimeOffset second) => Archive.SaveAsync(
        new NewSnapshot(camera, second, PictureType.Jpeg, Bytes(second), OwnsSecond: true), Cancellation);

    public Task<AppendedSnapshot> RecordAsync(long camera, DateTimeOffset moment) => Archive.AppendAsync(
        new NewSnapshot(camera, moment, PictureType.Jpeg, Bytes(moment)), Cancellation);

    public async Task<IReadOnlyList<DateTimeOffset>> ListAsync(long camera, DateTimeOffset hour) =>
        [.. (await Archive.ListAsync(camera, hour, hour.AddHours(1), 100, Cancellation)).Select(s => s.TakenAt)];

    /// <summary>Whether the bytes of a picture are those that were brought.</summary>
    public async Task<bool> ReadsAsync(Snapshot snapshot)
    {
        var bytes = new byte[snapshot.Address.Length];
        return await Archive.ReadAsync(snapshot, bytes, Cancellation) && ContentHash.Of(bytes) == snapshot.Hash;
    }

    public async Task<List<ArchiveFinding>> CheckAsync(long camera) =>
        await new ArchiveCheck(Packs, Index).RunAsync(Cancellation).Where(finding => finding.Pack.CameraKey == camera).ToListAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        (OnPacks, OnIndex) = (call => call.GoThrough(), call => call.GoThrough());
        await Archive.DisposeAsync();
        await Packs.DisposeAsync();
        bucket.Dispose();
        await presence.DisposeAsync();
        await source.DisposeAsync();
        folder.Dispose();
    }

    private static byte[] Bytes(DateTimeOffset moment) => System.Text.Encoding.ASCII.GetBytes($"picture of {moment:O}");
}
