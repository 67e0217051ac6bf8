using Evercam.Archive;
using Evercam.Tests.Archive;

namespace Evercam.Tests.Storage;

/// <summary>What the archive asks of a bucket, where each request costs.</summary>
public abstract class S3GatheringTests(S3Storage storage)
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task At_one_picture_a_second_four_or_more_share_a_request()
    {
        using var bucket = new OpenBucket(storage.Options);
        await using var archive = await StartAsync(bucket);
        using var count = bucket.Count();
        var (other, recorded) = (archive.NewCamera(), new List<Task>());
        for (var second = 0; second < 60; second++)
        {
            recorded.Add((await RecordAsync(archive, archive.Camera, second)).Durable);
            archive.Clock.Advance(TimeSpan.FromSeconds(1));

            // Whoever waits for a picture sees to it that all is put whose time has come.
            await archive.SaveAsync(Ten.AddSeconds(second), camera: other);
        }

        Assert.All(recorded[..^5], durable => Assert.True(durable.IsCompletedSuccessfully));
        var ofOther = 60 + 1;
        Assert.InRange(count.Puts - ofOther, 2, 60 / 4);
    }

    [Fact]
    public async Task Whoever_waits_for_a_picture_takes_along_only_what_is_in_its_pack()
    {
        using var bucket = new OpenBucket(storage.Options);
        await using var archive = await StartAsync(bucket);
        using var count = bucket.Count();
        var (other, companion) = (await RecordAsync(archive, archive.NewCamera(), 1), await RecordAsync(archive, archive.Camera, 1));
        await archive.UploadAsync(Ten.AddSeconds(2));
        await companion.Durable;
        Assert.False(other.Durable.IsCompleted);
        Assert.Equal(2, count.Pictures);

        // A part, and the mark of a pack that is open.
        Assert.Equal(2, count.Puts);
        await archive.PassTimeAsync(other.Durable);
        Assert.Equal(3, count.Pictures);
    }

    [Fact]
    public async Task While_the_bucket_is_away_pictures_wait_and_only_those_that_were_given_up_are_lost()
    {
        using var bucket = new OpenBucket(storage.Options);
        await using var archive = await StartAsync(bucket);
        var before = await archive.UploadAsync(Ten);
        archive.OnPacks = call => call.Method is "FlushAsync"
            ? Task.FromException(new PacksNotDurableException(call.Argument<IReadOnlyCollection<PackName>>()
                .ToDictionary(pack => pack, IOException (_) => new PacksUnavailableException("It is away."))))
            : call.GoThrough();
        var recorded = await RecordAsync(archive, archive.Camera, 5);
        var upload = archive.UploadAsync(Ten.AddSeconds(9));
        await archive.PassTimeAsync(upload);
        await Assert.ThrowsAsync<ArchiveBusyException>(() => upload);
        Assert.False(recorded.Durable.IsCompleted);
        Assert.Equal([before.TakenAt], await archive.MomentsAsync());

        archive.OnPacks = call => call.GoThrough();
        await archive.PassTimeAsync(recorded.Durable);
        Assert.Equal([before.TakenAt, recorded.Snapshot.TakenAt], await archive.MomentsAsync());
        await archive.PassTimeAsync(async () => (await archive.FindingsAsync()).Count == 0);
        Assert.Single(archive.Log.Lines, line => line.StartsWith("Error: Pictures cannot be put", StringComparison.Ordinal));
        Assert.Single(archive.Log.Lines, line => line.StartsWith("Warning: Pictures can be put", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_in_memory_when_the_server_dies_is_lost_and_nothing_else()
    {
        using var bucket = new OpenBucket(storage.Options);
        await using var archive = await StartAsync(bucket);
        var upload = await archive.UploadAsync(Ten);
        await RecordAsync(archive, archive.Camera, 5);
        await archive.RestartAsync();
        Assert.Equal([upload.TakenAt], await archive.MomentsAsync());
        Assert.Empty(await archive.FindingsAsync());
    }

    private Task<TestArchive> StartAsync(OpenBucket bucket) => TestArchive.StartAsync(
        storage,
        new SnapshotArchiveOptions { GiveUpAfter = TimeSpan.FromSeconds(30) },
        () => bucket.Open(Path.Combine(storage.DataDirectory, "spool")));

    private static Task<AppendedSnapshot> RecordAsync(TestArchive archive, long camera, int second) => archive.Archive.AppendAsync(
        new NewSnapshot(camera, Ten.AddSeconds(second), PictureType.Jpeg, TestArchive.Picture()), Cancellation);
}

public sealed class SwiftGatheringTests(SwiftStorage storage) : S3GatheringTests(storage), IClassFixture<SwiftStorage>;

public sealed class CephGatheringTests(CephStorage storage) : S3GatheringTests(storage), IClassFixture<CephStorage>;
