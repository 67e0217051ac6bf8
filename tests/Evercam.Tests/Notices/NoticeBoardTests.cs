using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Notices;

/// <summary>What comes too soon to be told does not keep the catalog busy. Seconds are those since the first notice; a pause takes 30.</summary>
public sealed class NoticeBoardTests : IClassFixture<SqliteStorage>, IDisposable
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SqliteStorage storage;
    private readonly FakeTimeProvider clock = new(Start);
    private readonly CountedCatalogs catalogs;
    private readonly NoticeBoard board;

    public NoticeBoardTests(SqliteStorage storage)
    {
        this.storage = storage;
        catalogs = new(storage.Services.GetRequiredService<IDbContextFactory<EvercamDb>>());
        board = new(
            catalogs,
            Options.Create(new RecorderOptions { NoticePause = TimeSpan.FromSeconds(30) }),
            clock,
            NullLogger<NoticeBoard>.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => board.Dispose();

    [Fact]
    public async Task What_has_to_wait_is_asked_for_once_a_minute_and_told_when_its_time_has_come()
    {
        var camera = await AddCameraAsync();
        SeeTwice(camera, StopReason.Offline);
        await board.TellAsync();
        await TellUntilAsync(10);
        Assert.Equal(1, catalogs.Opened);
        SeeTwice(camera, StopReason.Unauthorized);
        await TellUntilAsync(599);
        Assert.Equal([StopReason.Offline], await ReasonsAsync(camera));
        await TellUntilAsync(700);
        Assert.Equal([StopReason.Offline, StopReason.Unauthorized], await ReasonsAsync(camera));

        // At 0, 11, 71 and so on until 551, and at 600.
        Assert.Equal(12, catalogs.Opened);
    }

    [Fact]
    public async Task What_is_newer_does_not_wait_for_as_long_as_what_it_replaces()
    {
        var camera = await AddCameraAsync();
        SeeTwice(camera, StopReason.Offline);
        await board.TellAsync();
        SeeTwice(camera, StopReason.Unauthorized);
        await TellUntilAsync(10);
        SeeTwice(camera, null);
        await TellUntilAsync(29);
        Assert.Equal([StopReason.Offline], await ReasonsAsync(camera));
        await TellUntilAsync(40);
        Assert.Equal([StopReason.Offline, null], await ReasonsAsync(camera));

        // At 0, 1, 11 and 30.
        Assert.Equal(4, catalogs.Opened);
    }

    private async Task<long> AddCameraAsync()
    {
        await using var db = storage.OpenCatalog();
        var owner = CatalogRows.User();
        db.Add(owner);
        await db.SaveChangesAsync(Cancellation);
        var camera = CatalogRows.Camera(owner);
        db.Add(camera);
        await db.SaveChangesAsync(Cancellation);
        return camera.Key;
    }

    /// <summary>What is seen twice counts.</summary>
    private void SeeTwice(long camera, StopReason? failure)
    {
        board.Recorded(camera, failure, clock.GetUtcNow());
        board.Recorded(camera, failure, clock.GetUtcNow());
    }

    /// <summary>Tells each second.</summary>
    private async Task TellUntilAsync(int second)
    {
        while (clock.GetUtcNow() < Start.AddSeconds(second))
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await board.TellAsync();
        }
    }

    private async Task<List<StopReason?>> ReasonsAsync(long camera)
    {
        await using var db = storage.OpenCatalog();
        return await db.Notices.Where(n => n.CameraKey == camera).OrderBy(n => n.Key).Select(n => n.Reason).ToListAsync(Cancellation);
    }

    /// <summary>Counts how often somebody asks for the catalog.</summary>
    private sealed class CountedCatalogs(IDbContextFactory<EvercamDb> catalogs) : IDbContextFactory<EvercamDb>
    {
        public int Opened { get; private set; }

        public EvercamDb CreateDbContext()
        {
            Opened++;
            return catalogs.CreateDbContext();
        }
    }
}
