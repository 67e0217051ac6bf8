using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Storage.S3;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Cluster;

/// <summary>Two servers that both believe to have a camera: what the second one has taken, the first one does not change.</summary>
public sealed class TenureTests(PostgresStorage storage, SwiftServer swift) : IClassFixture<PostgresStorage>, IAsyncLifetime
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Ten.AddMinutes(5));
    private readonly long camera = CameraKeys.Next(TimeProvider.System);
    private S3Options bucket = null!;
    private ArchiveNode first = null!;
    private ArchiveNode second = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        bucket = await swift.CreateBucketAsync();
        first = new ArchiveNode(storage, bucket, clock, $"a-{camera}");
        second = new ArchiveNode(storage, bucket, clock, $"b-{camera}");
        await first.Archive.StartAsync(Cancellation);
        await second.Archive.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task A_tenure_has_a_higher_number_each_time_that_another_server_takes_the_camera()
    {
        Assert.Equal((1, true), await first.TakeAsync(camera));
        Assert.Equal((1, false), await first.TakeAsync(camera));
        Assert.Equal((2, true), await second.TakeAsync(camera));
        Assert.Equal((3, true), await first.TakeAsync(camera));
    }

    [Fact]
    public async Task A_number_that_was_given_before_is_given_to_nobody_again_and_nobody_gets_another_ones_camera_by_that()
    {
        await first.TakeAsync(camera);
        await second.TakeAsync(camera);
        await using var db = storage.OpenCatalog();
        Assert.False(await db.SurpassAsync(camera, first.Name, own: 1, given: 7, Cancellation));
        Assert.False(await db.SurpassAsync(camera, second.Name, own: 1, given: 7, Cancellation));
        Assert.Equal((2, false), await second.TakeAsync(camera));
        Assert.True(await db.SurpassAsync(camera, second.Name, own: 2, given: 7, Cancellation));
        Assert.Equal((8, false), await second.TakeAsync(camera));
        Assert.False(await db.SurpassAsync(camera, second.Name, own: 8, given: 7, Cancellation));
        Assert.Equal((9, true), await first.TakeAsync(camera));
    }

    [Fact]
    public async Task A_server_that_is_gone_takes_nothing_and_says_no_more_that_it_runs()
    {
        await first.TakeAsync(camera);
        await second.TakeAsync(camera);
        await using var db = storage.OpenCatalog();
        await storage.ExecuteAsync($"UPDATE servers SET alive_at = alive_at - 60 WHERE name IN ('{first.Name}', '{second.Name}')");
        Assert.DoesNotContain(second.Name, await db.MissServersAsync([second.Name], Cancellation));
        Assert.Null(await db.TakeTenureAsync(camera, first.Name, Cancellation));
        Assert.Null(await db.BeatAsync(first.Name, isFirst: false, Cancellation));
        Assert.Equal([camera], (await db.BeatAsync(second.Name, isFirst: false, Cancellation))!.Keys);

        // Nor when nobody remembers it.
        await db.ForgetServersAsync(Cancellation);
        Assert.Null(await db.BeatAsync(first.Name, isFirst: false, Cancellation));
    }

    [Fact]
    public async Task A_server_that_gives_signs_of_life_is_not_gone_though_nobody_knows_it()
    {
        await first.TakeAsync(camera);
        await using var db = storage.OpenCatalog();
        await db.MissServersAsync([second.Name], Cancellation);
        Assert.NotNull(await db.BeatAsync(first.Name, isFirst: false, Cancellation));
    }

    [Fact]
    public async Task Who_had_a_camera_is_forgotten_when_all_of_it_is_erased()
    {
        await first.TakeAsync(camera);
        await using var db = storage.OpenCatalog();
        await storage.ExecuteAsync($"INSERT INTO erasures (camera_key) VALUES ({camera})");
        await db.ForgetTenuresAsync(Cancellation);
        Assert.Equal((1, false), await first.TakeAsync(camera));
        await storage.ExecuteAsync($"DELETE FROM erasures WHERE camera_key = {camera}");
        await db.ForgetTenuresAsync(Cancellation);
        Assert.Empty((await db.BeatAsync(first.Name, isFirst: false, Cancellation))!);
    }

    [Fact]
    public async Task Whoever_has_lost_a_camera_adds_and_deletes_nothing()
    {
        await first.BeginAsync(camera);
        var kept = await first.UploadAsync(camera, Ten);
        await second.BeginAsync(camera);
        await Assert.ThrowsAsync<CameraElsewhereException>(() => first.UploadAsync(camera, Ten.AddSeconds(1)));
        await Assert.ThrowsAsync<CameraElsewhereException>(() => first.Archive.DeleteAsync(camera, Ten, Ten.AddHours(1), Cancellation));
        await Assert.ThrowsAsync<CameraElsewhereException>(() => first.Archive.MarkAsync(camera, Ten, Ten.AddHours(1), keep: true, Cancellation));
        Assert.Equal([kept.TakenAt], await second.ListAsync(camera, Ten));
    }

    [Fact]
    public async Task What_is_put_late_takes_no_place_and_is_found_when_the_hour_is_over()
    {
        await first.BeginAsync(camera);
        await first.UploadAsync(camera, Ten);
        var late = await first.RecordAsync(camera, Ten.AddSeconds(10));
        await second.BeginAsync(camera);
        var mine = await second.UploadAsync(camera, Ten.AddSeconds(20));

        // It does not know yet, and puts what it has. Nobody else has the moment of that.
        await first.Archive.DisposeAsync();
        await Assert.ThrowsAsync<CameraElsewhereException>(() => late.Durable);
        Assert.True(await second.ReadsAsync(mine));
        Assert.Equal([Ten, Ten.AddSeconds(20)], await second.ListAsync(camera, Ten));
        await using (var looker = new ArchiveNode(storage, bucket, clock, $"c-{camera}"))
        {
            // Whoever has the camera does not see it before; to whoever does, nothing is wrong.
            Assert.Empty(await looker.CheckAsync(camera));
        }

        clock.Advance(TimeSpan.FromHours(1));
        await second.Archive.SealFinishedAsync(Cancellation);
        Assert.Equal([Ten, Ten.AddSeconds(10), Ten.AddSeconds(20)], await second.ListAsync(camera, Ten));
        foreach (var picture in await second.Archive.ListAsync(camera, Ten, Ten.AddHours(1), 10, Cancellation))
        {
            Assert.True(await second.ReadsAsync(picture));
        }

        Assert.Empty(await second.CheckAsync(camera));
    }

    [Fact]
    public async Task A_reader_sees_at_once_what_another_server_adds_and_the_one_after_that()
    {
        await first.BeginAsync(camera);
        Assert.True(await second.ReadsAsync(await first.UploadAsync(camera, Ten)));
        Assert.True(await second.ReadsAsync(await first.UploadAsync(camera, Ten.AddSeconds(1))));
        await second.BeginAsync(camera);
        Assert.True(await first.ReadsAsync(await second.UploadAsync(camera, Ten.AddSeconds(2))));
        await first.BeginAsync(camera);
        Assert.True(await second.ReadsAsync(await first.UploadAsync(camera, Ten.AddSeconds(3))));
        clock.Advance(TimeSpan.FromHours(1));
        await first.Archive.SealFinishedAsync(Cancellation);
        foreach (var picture in await second.Archive.ListAsync(camera, Ten, Ten.AddHours(1), 10, Cancellation))
        {
            Assert.True(await second.ReadsAsync(picture));
        }

        Assert.Empty(await first.CheckAsync(camera));
    }

    [Fact]
    public async Task However_many_cameras_a_server_has_lost_it_keeps_what_it_has_of_others()
    {
        List<AppendedSnapshot> lost = [];
        for (var i = 0; i < 40; i++)
        {
            var other = CameraKeys.Next(TimeProvider.System);
            await first.BeginAsync(other);
            lost.Add(await first.RecordAsync(other, Ten));
            first.Lose(other);
        }

        await first.BeginAsync(camera);
        var kept = await first.RecordAsync(camera, Ten);
        await first.Archive.DisposeAsync();
        await kept.Durable;
        Assert.True(await second.ReadsAsync(kept.Snapshot));
        foreach (var picture in lost)
        {
            await Assert.ThrowsAsync<CameraElsewhereException>(() => picture.Durable);
        }
    }
}
