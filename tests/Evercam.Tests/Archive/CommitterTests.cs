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

    private static async Task<Snapshot> AppendAsync(TestArchive archive)
    {
        var (bytes, taken) = (TestArchive.Picture(), TestArchive.Ten);
        var headers = TarEntry.EncodeHeaders(taken, PictureType.Jpeg, bytes.Length, ContentHash.Of(bytes), notes: null);
        return new Snapshot
        {
            CameraKey = archive.Camera,
            TakenAt = taken,
            Type = PictureType.Jpeg,
            Address = await archive.Packs.AppendAsync(PackName.Of(archive.Camera, taken), headers, bytes, Cancellation),
            Hash = ContentHash.Of(bytes),
        };
    }
}
