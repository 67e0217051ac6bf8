using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Rebuilding the index from the packs.</summary>
public sealed class ReindexTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deletion_that_a_crash_interrupted_is_finished_first()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var gone = await archive.SaveAsync(Ten);
        var kept = await archive.SaveAsync(Ten.AddSeconds(1));
        var packGone = await archive.SaveAsync(Ten.AddHours(1));
        await DeleteWithoutErasingAsync(archive, gone);
        await DeleteWithoutErasingAsync(archive, packGone.Address.Pack);
        await archive.CrashAsync();

        archive.OnPacks = call => call.GoThrough();
        await ReindexAsync(archive);
        Assert.Equal([kept.TakenAt], await archive.MomentsAsync());
        Assert.Null(await archive.ReadAsync(gone));
        Assert.Empty(await archive.Index.ListErasuresAsync(Cancellation));
        await archive.Archive.StartAsync(Cancellation);
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task How_far_it_is_is_told_after_each_pack_that_can_be_read_or_not()
    {
        await using var own = new SqliteStorage();
        await own.InitializeAsync();
        await using var archive = await TestArchive.StartAsync(own);
        await archive.SaveAsync(Ten);
        var bad = archive.FileOf((await archive.SaveAsync(Ten.AddHours(1))).Address.Pack);
        await archive.CrashAsync();
        File.Delete(bad);
        Directory.CreateDirectory(bad);

        var told = new List<double>();
        await new ArchiveReindex(archive.Packs, archive.Index).RunAsync((_, _) => { }, told.Add, Cancellation);
        Assert.Equal([0.5, 1], told);
    }

    [Fact]
    public async Task A_camera_whose_deletion_a_crash_interrupted_stays_away()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var gone = await archive.SaveAsync(Ten);
        archive.OnPacks = DeadDisk;
        await archive.Archive.DeleteCameraAsync(archive.Camera, Cancellation);
        await archive.CrashAsync();

        archive.OnPacks = call => call.GoThrough();
        var found = await ReindexAsync(archive);
        Assert.Empty(await archive.MomentsAsync());
        Assert.DoesNotContain(found, pack => pack.CameraKey == archive.Camera);
        Assert.False(File.Exists(archive.FileOf(gone.Address.Pack)));
    }

    [Fact]
    public async Task What_the_disk_does_not_let_go_stays_out_of_the_index()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var gone = await archive.SaveAsync(Ten);
        var kept = await archive.SaveAsync(Ten.AddSeconds(1));
        var packGone = await archive.SaveAsync(Ten.AddHours(1));
        await DeleteWithoutErasingAsync(archive, gone);
        await DeleteWithoutErasingAsync(archive, packGone.Address.Pack);
        await archive.CrashAsync();

        await ReindexAsync(archive);
        Assert.Equal([kept.TakenAt], await archive.MomentsAsync());
        Assert.Empty(await archive.FindingsAsync());
        archive.OnPacks = call => call.GoThrough();
        await archive.Archive.StartAsync(Cancellation);
        Assert.Empty(await archive.FindingsAsync());
        Assert.Null(await archive.ReadAsync(gone));
    }

    [Fact]
    public async Task What_a_removal_on_its_way_notes_late_stays_out_of_the_index()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var gone = await archive.SaveAsync(Ten);
        await DeleteWithoutErasingAsync(archive, gone);
        await archive.CrashAsync();

        archive.OnPacks = call => call.GoThrough();
        archive.OnIndex = call => call.Method is "ListErasuresAsync" && !call.Has<long>()
            ? Task.FromResult<IReadOnlyList<Erasure>>([])
            : call.GoThrough();
        await ReindexAsync(archive);
        Assert.Empty(await archive.MomentsAsync());
        await archive.Archive.StartAsync(Cancellation);
        Assert.Null(await archive.ReadAsync(gone));
        Assert.Empty(await archive.FindingsAsync());
    }

    private static object? DeadDisk(InterposedCall call) => call.Method is "EraseAsync" or "DeleteAsync" or "DeleteCameraAsync"
        ? throw new IOException("The disk refuses.")
        : call.GoThrough();

    private static async Task DeleteWithoutErasingAsync(TestArchive archive, Snapshot snapshot)
    {
        archive.OnPacks = DeadDisk;
        await archive.Archive.DeleteAsync(
            snapshot.CameraKey, snapshot.TakenAt, snapshot.TakenAt.AddMicroseconds(1), Cancellation);
    }

    private static async Task DeleteWithoutErasingAsync(TestArchive archive, PackName pack)
    {
        archive.OnPacks = DeadDisk;
        await archive.Archive.DeletePackAsync(pack, Cancellation);
    }

    private static async Task<List<PackName>> ReindexAsync(TestArchive archive)
    {
        var found = new List<PackName>();
        await new ArchiveReindex(archive.InterposedPacks, archive.InterposedIndex).RunAsync((pack, _) => found.Add(pack), Cancellation);
        return found;
    }
}
