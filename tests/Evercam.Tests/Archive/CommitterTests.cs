using System.Collections.Concurrent;
using Evercam.Archive;
using Evercam.Archive.Pack;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.Archive;

/// <summary>What has been done of a picture when those who wait for it are told what became of it.</summary>
public sealed class CommitterTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_for_a_picture_is_told_when_nobody_claims_its_moment_any_more(bool isKept)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        archive.OnPacks = call => call.Method is "FlushAsync" && !isKept ? throw new IOException("Input/output error") : call.GoThrough();
        PendingSnapshot pending = null!;
        var left = new List<(bool MustBeTakenBack, bool IsTold)>();
        await using var committer = new SnapshotCommitter(
            archive.InterposedPacks,
            archive.InterposedIndex,
            new SnapshotArchiveOptions(),
            TimeProvider.System,
            NullLogger.Instance,
            (_, mustBeTakenBack) => left.Add((mustBeTakenBack, pending.Durable.IsCompleted)));
        pending = committer.Add(await AppendAsync(archive), urgent: true);
        committer.Start();
        await pending.Gone.WaitAsync(Cancellation);
        Assert.Equal([(!isKept, false)], left);
        Assert.Equal(isKept, pending.Durable.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task What_arrives_of_many_cameras_while_a_flush_is_under_way_goes_into_one_addition()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (flushing, flushed) = (NewSource(), NewSource());
        archive.OnPacks = call =>
        {
            if (call.Method is not "FlushAsync")
            {
                return call.GoThrough();
            }

            flushing.TrySetResult();
            return call.GoThroughAfterAsync(flushed.Task);
        };
        var additions = new ConcurrentQueue<List<long>>();
        archive.OnIndex = call =>
        {
            if (call.Method is "AddAsync")
            {
                additions.Enqueue([.. call.Argument<IReadOnlyList<Snapshot>>().Select(s => s.CameraKey).Order()]);
            }

            return call.GoThrough();
        };
        await using var committer = new SnapshotCommitter(
            archive.InterposedPacks, archive.InterposedIndex, new SnapshotArchiveOptions(), TimeProvider.System, NullLogger.Instance, (_, _) => { });
        var first = committer.Add(await AppendAsync(archive), urgent: true);
        committer.Start();
        await flushing.Task.WaitAsync(Cancellation);

        var others = Enumerable.Range(0, 20).Select(_ => archive.NewCamera()).Order().ToList();
        var pictures = new List<PendingSnapshot>();
        foreach (var camera in others)
        {
            pictures.Add(committer.Add(await AppendAsync(archive, camera), urgent: true));
        }

        flushed.SetResult();
        await Task.WhenAll(pictures.Append(first).Select(picture => picture.Gone)).WaitAsync(Cancellation);
        List<List<long>> wanted = [[archive.Camera], others];
        Assert.Equal(wanted, additions);

        static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static async Task<Snapshot> AppendAsync(TestArchive archive, long? camera = null)
    {
        var key = camera ?? archive.Camera;
        var (bytes, taken) = (TestArchive.Picture(), TestArchive.Ten);
        var headers = TarEntry.EncodeHeaders(taken, PictureType.Jpeg, bytes.Length, ContentHash.Of(bytes), notes: null);
        return new Snapshot
        {
            CameraKey = key,
            TakenAt = taken,
            Type = PictureType.Jpeg,
            Address = await archive.Packs.AppendAsync(PackName.Of(key, taken), headers, bytes, Cancellation),
            Hash = ContentHash.Of(bytes),
        };
    }
}
