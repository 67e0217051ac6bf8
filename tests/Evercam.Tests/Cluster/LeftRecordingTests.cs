using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Tests.Contracts;
using Evercam.Tests.Storage;
using static Evercam.Storage.Catalog.CoverageStatus;

namespace Evercam.Tests.Cluster;

/// <summary>What a server learns of the recording of a camera that it has taken. Moments are seconds after ten.</summary>
public sealed class LeftRecordingTests(PostgresStorage storage) : IClassFixture<PostgresStorage>, IAsyncLifetime
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private long camera;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var db = storage.OpenCatalog();
        var owner = CatalogRows.User();
        db.Add(owner);
        await db.SaveChangesAsync(Cancellation);
        var row = CatalogRows.Camera(owner);
        db.Add(row);
        await db.SaveChangesAsync(Cancellation);
        camera = row.Key;
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task The_newest_recorded_pictures_since_the_recording_began_are_found_and_no_others()
    {
        await TellAsync((0, Recorded), (10, Offline), (20, Recorded));
        await AddAsync(At(9.3), At(20.3), At(21.3), At(22.3), At(23.3), At(24.3));

        // Brought, on demand, and of a time to come.
        await AddAsync(At(25), PictureMoments.OnDemand(At(25.5)), At(31.3));
        await IsAsync(Recorded, 20, At(24.3), At(23.3), At(22.3), At(21.3));
    }

    [Fact]
    public async Task Of_a_camera_that_was_not_recorded_no_pictures_are_looked_for()
    {
        await AddAsync(At(9.3), At(12.3));
        await TellAsync((0, Recorded), (10, Offline));
        await IsAsync(Offline, 10);
    }

    [Fact]
    public async Task A_recording_of_which_no_picture_is_there_is_known_by_its_beginning()
    {
        await AddAsync(At(9.3));
        await TellAsync((10, Recorded));
        await IsAsync(Recorded, 10);
    }

    [Fact]
    public async Task Of_a_camera_of_which_nothing_was_told_nothing_is_known()
    {
        await AddAsync(At(9.3));
        await using var db = storage.OpenCatalog();
        Assert.Null(await db.FindLeftAsync(camera, At(30), Cancellation));
        Assert.Equal(Unknown, LeftCamera.Of(null, aliveAt: null).Told);
    }

    private static DateTimeOffset At(double second) => Ten.AddSeconds(second);

    private async Task TellAsync(params (double From, CoverageStatus Status)[] facts)
    {
        await using var db = storage.OpenCatalog();
        await db.WriteCoverageAsync(
            [.. facts.Select(fact => new CoverageChange(camera, At(fact.From).ToUnixTimeSeconds(), To: null, fact.Status))], Ten, Cancellation);
    }

    private async Task AddAsync(params DateTimeOffset[] moments) => await storage.Index.AddAsync(
        [.. moments.Select(moment => SnapshotIndexContract.Of(camera, moment))], Cancellation);

    private async Task IsAsync(CoverageStatus status, double since, params DateTimeOffset[] pictures)
    {
        await using var db = storage.OpenCatalog();
        var left = LeftCamera.Of(await db.FindLeftAsync(camera, At(30), Cancellation), aliveAt: null);
        Assert.Equal((status, At(since)), (left.Told, left.ToldFrom));
        Assert.Equal(pictures, left.Pictures);
    }
}
