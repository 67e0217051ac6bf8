using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Somebody moves packs, or puts back others, while the server writes to them.</summary>
public sealed class ReplacedPackTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_that_went_into_the_file_that_was_replaced_is_not_acknowledged()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var kept = await archive.SaveAsync(Ten);
        var pack = archive.FileOf(kept.Address.Pack);
        File.Copy(pack, pack + ".restored");
        var lost = await archive.SaveAsync(Ten.AddSeconds(1));
        File.Move(pack + ".restored", pack, overwrite: true);

        await Assert.ThrowsAnyAsync<IOException>(() => archive.SaveAsync(Ten.AddSeconds(2)));
        var bytes = TestArchive.Picture();
        var next = await archive.SaveAsync(Ten.AddSeconds(3), bytes);
        await archive.RestartAsync();
        Assert.Equal(bytes, await archive.ReadAsync(next));
        Assert.NotNull(await archive.ReadAsync(kept));
        Assert.Equal([Ten, Ten.AddSeconds(1), Ten.AddSeconds(3)], await archive.MomentsAsync());
        var findings = await archive.FindingsAsync();
        Assert.Equal([lost.TakenAt], findings.Where(f => f.Kind == ArchiveFindingKind.BytesMissing).Select(f => f.TakenAt!.Value));
        Assert.DoesNotContain(findings, f => f.Kind is not (ArchiveFindingKind.BytesMissing or ArchiveFindingKind.PackDamaged));
    }

    [Fact]
    public async Task A_picture_that_was_cut_does_not_come_back_with_the_next_one()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var kept = await archive.SaveAsync(Ten);
        var cut = await archive.SaveAsync(Ten.AddSeconds(1));
        using (var file = new FileStream(archive.FileOf(kept.Address.Pack), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            // More than what fills its last block.
            file.SetLength(file.Length - 600);
        }

        Assert.Null(await archive.ReadAsync(cut));
        var bytes = TestArchive.Picture();
        var next = await archive.SaveAsync(Ten.AddSeconds(2), bytes);
        Assert.Equal(bytes, await archive.ReadAsync(next));
        Assert.NotNull(await archive.ReadAsync(kept));
        Assert.Null(await archive.ReadAsync(cut));
        await archive.RestartAsync();
        Assert.Null(await archive.ReadAsync(cut));
        Assert.Equal([cut.TakenAt], (await archive.FindingsAsync()).Where(f => f.Kind == ArchiveFindingKind.BytesMissing).Select(f => f.TakenAt!.Value));
    }

    [Fact]
    public async Task A_pack_that_is_taken_away_is_made_anew_and_what_was_recorded_meanwhile_is_given_up()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var pack = archive.FileOf((await archive.SaveAsync(Ten)).Address.Pack);
        File.Delete(pack);
        var flushing = new TaskCompletionSource();
        archive.OnPacks = call => call.Method is "FlushAsync" ? call.GoThroughAfterAsync(flushing.Task) : call.GoThrough();
        List<AppendedSnapshot> recorded = [];
        for (var second = 1; second <= 3; second++)
        {
            recorded.Add(await archive.Archive.AppendAsync(
                new NewSnapshot(archive.Camera, Ten.AddSeconds(second), PictureType.Jpeg, TestArchive.Picture()), Cancellation));
        }

        flushing.SetResult();
        foreach (var picture in recorded)
        {
            await Assert.ThrowsAnyAsync<IOException>(async () =>
            {
                await archive.PassTimeAsync(picture.Durable.ContinueWith(_ => { }, TaskScheduler.Default));
                await picture.Durable;
            });
        }

        var bytes = TestArchive.Picture();
        var next = await archive.SaveAsync(Ten.AddSeconds(4), bytes);
        Assert.Equal(bytes, await archive.ReadAsync(next));
        await archive.PassTimeAsync(async () => (await archive.Index.ListErasuresAsync(archive.Camera, Cancellation)).Count == 0);
        Assert.Equal([Ten, Ten.AddSeconds(4)], await archive.MomentsAsync());
    }
}
