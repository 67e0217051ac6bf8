using System.Security.Cryptography;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Archive;

/// <summary>An archive on real packs and a real index, in front of which a test can stand, and which can crash and start again.
/// Its time passes only when the test says so.</summary>
internal sealed class TestArchive : IAsyncDisposable
{
    /// <summary>The hour of most pictures; long over.</summary>
    public static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly SqliteStorage storage;
    private readonly SnapshotArchiveOptions options;
    private readonly List<long> cameras = [];
    private readonly WorkUnderWay work = new();
    private readonly Func<IPackStore> openPacks;
    private IPackStore disk;
    private int life;

    public TestArchive(SqliteStorage storage, SnapshotArchiveOptions? options = null, Func<IPackStore>? openPacks = null)
    {
        this.storage = storage;
        this.openPacks = openPacks ?? storage.OpenPacks;
        this.options = options ?? new SnapshotArchiveOptions
        {
            CommitInterval = TimeSpan.FromMilliseconds(10),
            GiveUpAfter = TimeSpan.FromSeconds(30),
        };
        Camera = NewCamera();
        (disk, Archive) = Open();
    }

    public FakeTimeProvider Clock { get; } = new(Ten.AddDays(1));

    public long Camera { get; }

    public LogLines<SnapshotArchive> Log { get; } = new();

    /// <summary>What calls of the packs do.</summary>
    public Func<InterposedCall, object?> OnPacks { get; set; } = call => call.GoThrough();

    /// <summary>What calls of the index do.</summary>
    public Func<InterposedCall, object?> OnIndex { get; set; } = call => call.GoThrough();

    public SnapshotArchive Archive { get; private set; }

    /// <summary>The packs, without anything in front.</summary>
    public IPackStore Packs => disk;

    /// <summary>The index, without anything in front.</summary>
    public ISnapshotIndex Index => storage.Index;

    public IPackStore InterposedPacks => Interposed.Around(disk, call => OnPacks(call), work);

    public ISnapshotIndex InterposedIndex => Interposed.Around(storage.Index, call => OnIndex(call), work);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TestArchive> StartAsync(
        SqliteStorage storage, SnapshotArchiveOptions? options = null, Func<IPackStore>? openPacks = null)
    {
        var archive = new TestArchive(storage, options, openPacks);
        await archive.Archive.StartAsync(Cancellation);
        return archive;
    }

    /// <summary>One picture in each of some hours, from <see cref="Ten"/> on, all of one size.</summary>
    public static async Task<TestArchive> FilledAsync(SqliteStorage storage, int hours)
    {
        var archive = await StartAsync(storage);
        foreach (var hour in Enumerable.Range(0, hours))
        {
            await archive.SaveAsync(Ten.AddHours(hour));
        }

        return archive;
    }

    /// <summary>A camera whose pictures go when the test ends.</summary>
    public long NewCamera()
    {
        cameras.Add(CameraKeys.Next(TimeProvider.System));
        return cameras[^1];
    }

    /// <summary>Ends without finishing anything, and opens what is left without starting it.</summary>
    public async Task CrashAsync()
    {
        Interlocked.Increment(ref life);
        await Archive.DisposeAsync();
        ((IDisposable)disk).Dispose();
        (disk, Archive) = Open();
    }

    /// <summary>Crashes, and starts again.</summary>
    public async Task RestartAsync()
    {
        await CrashAsync();
        await Archive.StartAsync(Cancellation);
    }

    public Task<Snapshot> SaveAsync(DateTimeOffset takenAt, byte[]? bytes = null, long? camera = null) => Archive.SaveAsync(
        new NewSnapshot(camera ?? Camera, takenAt, PictureType.Jpeg, bytes ?? Picture()), Cancellation);

    /// <summary>Gives up its old pictures.</summary>
    public ArchiveRetention NewRetention(
        SnapshotArchiveOptions bounds, TimeProvider? clock = null, ILogger<ArchiveRetention>? log = null) => new(
            Archive, InterposedPacks, InterposedIndex, bounds, clock ?? Clock, log ?? NullLogger<ArchiveRetention>.Instance);

    public Task<Snapshot> UploadAsync(DateTimeOffset second, byte[]? bytes = null, string? notes = null) => Archive.SaveAsync(
        new NewSnapshot(Camera, second, PictureType.Jpeg, bytes ?? Picture(), notes, OwnsSecond: true), Cancellation);

    /// <summary>Lets time pass until something has happened. It stands still while disk or database work, however slow they are: only
    /// what the test holds back takes time.</summary>
    public Task PassTimeAsync(Func<Task<bool>> until) => Eventually.IsTrueAsync(() =>
    {
        Clock.Advance(TimeSpan.FromSeconds(work.IsNone ? 1 : 0));
        return until();
    });

    /// <summary>Lets time pass until a call has ended.</summary>
    public Task PassTimeAsync(Task until) => PassTimeAsync(() => Task.FromResult(until.IsCompleted));

    /// <summary>The pictures that can be found, ascending.</summary>
    public async Task<List<DateTimeOffset>> MomentsAsync(long? camera = null) =>
    [
        .. (await Index.ListAsync(camera ?? Camera, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, int.MaxValue, Cancellation))
            .Select(snapshot => snapshot.TakenAt),
    ];

    /// <summary>The bytes of a picture; <see langword="null"/> if they are not there.</summary>
    public async Task<byte[]?> ReadAsync(Snapshot snapshot)
    {
        var bytes = new byte[snapshot.Address.Length];
        return await Archive.ReadAsync(snapshot, bytes, Cancellation) ? bytes : null;
    }

    public async Task<List<ArchiveFinding>> FindingsAsync(long? camera = null)
    {
        var findings = new List<ArchiveFinding>();
        await foreach (var finding in new ArchiveCheck(disk, storage.Index).RunAsync(Cancellation))
        {
            if (finding.Pack.CameraKey == (camera ?? Camera))
            {
                findings.Add(finding);
            }
        }

        return findings;
    }

    public string FileOf(PackName pack) => Path.Combine(storage.DataDirectory, "archive", $"{pack}.tar");

    /// <summary>Bytes that no other picture has.</summary>
    public static byte[] Picture(int length = 3_000) => RandomNumberGenerator.GetBytes(length);

    public async ValueTask DisposeAsync()
    {
        (OnPacks, OnIndex) = (call => call.GoThrough(), call => call.GoThrough());
        await PassTimeAsync(Archive.DisposeAsync().AsTask());
        foreach (var camera in cameras)
        {
            await storage.Index.RemoveCameraAsync(camera, CancellationToken.None);
            await disk.DeleteCameraAsync(camera, CancellationToken.None);
        }

        await storage.Index.ForgetErasuresAsync(
            await storage.Index.ListErasuresAsync(CancellationToken.None), CancellationToken.None);
        if (!storage.HasFiles)
        {
            await disk.WriteTimeAsync(ReadOnlyMemory<byte>.Empty, CancellationToken.None);
        }

        ((IDisposable)disk).Dispose();
        File.Delete(Path.Combine(storage.DataDirectory, "archive", "archive.time"));
    }

    private (IPackStore Disk, SnapshotArchive Archive) Open()
    {
        disk = openPacks();

        // What a process was about to do when it crashed, it does no more.
        var mine = life;
        var packs = Interposed.Around(
            disk, call => Volatile.Read(ref life) == mine ? OnPacks(call) : throw new IOException("crashed"), work);
        var index = Interposed.Around(
            storage.Index,
            call => Volatile.Read(ref life) == mine ? OnIndex(call) : throw new IndexUnavailableException("crashed", new IOException()),
            work);
        return (disk, new SnapshotArchive(packs, index, options, Clock, Log));
    }
}
