using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Looking twice at what the check finds.</summary>
public sealed class CheckTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pack_that_is_gone_is_still_a_finding_at_the_second_look()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var pack = (await archive.SaveAsync(Ten)).Address.Pack;
        await archive.SaveAsync(Ten.AddSeconds(1));
        File.Delete(archive.FileOf(pack));

        var check = new ArchiveCheck(archive.Packs, archive.Index);
        var found = await check.RunAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal([new ArchiveFinding(ArchiveFindingKind.BytesMissing, pack, null, "The pack of 2 pictures is gone.")], found);
        Assert.Equal(found, await check.LookAgainAsync(found, Cancellation));
    }

    [Fact]
    public async Task How_far_it_is_is_told_after_each_pack()
    {
        await using var own = new SqliteStorage();
        await own.InitializeAsync();
        await using var archive = await TestArchive.StartAsync(own);
        await archive.SaveAsync(Ten);
        foreach (var minutes in new[] { 60, 61, 62 })
        {
            await archive.SaveAsync(Ten.AddMinutes(minutes));
        }

        var told = new List<double>();
        Assert.Empty(await new ArchiveCheck(archive.Packs, archive.Index).RunAsync(told.Add, Cancellation).ToListAsync(Cancellation));
        Assert.Equal([0.25, 1], told);
    }

    [Fact]
    public async Task What_came_right_meanwhile_is_no_finding_at_the_second_look()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var kept = await archive.SaveAsync(Ten);
        await archive.Index.ReplacePackAsync(kept.Address.Pack, [], Cancellation);
        var check = new ArchiveCheck(archive.Packs, archive.Index);
        var found = await check.RunAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal([ArchiveFindingKind.RowMissing], found.Select(finding => finding.Kind));
        await archive.Index.AddAsync([kept], Cancellation);
        Assert.Empty(await check.LookAgainAsync(found, Cancellation));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(int.MaxValue, 1)]
    public async Task Pictures_that_come_between_two_looks_make_no_counter_wrong(int coming, int unseen)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var pack = (await archive.SaveAsync(Ten)).Address.Pack;
        archive.OnIndex = call => call.Method is "ListAsync" && coming-- > 0 ? SaveAfterAsync(call) : call.GoThrough();
        var found = await new ArchiveCheck(archive.Packs, archive.InterposedIndex).CheckPackAsync(pack, Cancellation);

        // The last one came after its look, and has its row at the next.
        Assert.Equal(Enumerable.Repeat(ArchiveFindingKind.RowMissing, unseen), found.Select(finding => finding.Kind));

        async Task<IReadOnlyList<Snapshot>> SaveAfterAsync(InterposedCall call)
        {
            var rows = await (Task<IReadOnlyList<Snapshot>>)call.GoThrough()!;
            await archive.SaveAsync(rows[^1].TakenAt.AddSeconds(1));
            return rows;
        }
    }

    [Fact]
    public async Task A_counter_that_is_wrong_is_a_finding()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var pack = (await archive.SaveAsync(Ten)).Address.Pack;
        archive.OnIndex = call => call.Method is "ListPacksAsync"
            ? Task.FromResult<IReadOnlyList<PackSummary>>([new(pack, 7, 7)])
            : call.GoThrough();
        var found = await new ArchiveCheck(archive.Packs, archive.InterposedIndex).CheckPackAsync(pack, Cancellation);
        Assert.Equal([ArchiveFindingKind.CounterWrong], found.Select(finding => finding.Kind));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_left_of_a_camera_whose_deletion_is_noted_is_no_finding(bool arePacksThere)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var pack = (await archive.SaveAsync(Ten)).Address.Pack;
        await archive.SaveAsync(Ten.AddSeconds(1));
        await archive.Index.NoteCameraAsync(archive.Camera, Cancellation);
        if (!arePacksThere)
        {
            await archive.Packs.DeleteCameraAsync(archive.Camera, Cancellation);
        }

        Assert.Equal(2, (await archive.MomentsAsync()).Count);
        var check = new ArchiveCheck(archive.Packs, archive.Index);
        Assert.Empty(await check.RunAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Empty(await check.CheckPackAsync(pack, Cancellation));
        Assert.Equal((0, 0), (check.Pictures, check.Packs));
    }

    [Fact]
    public async Task A_pack_that_cannot_be_read_is_a_finding_and_the_others_are_checked()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (bad, gone) = ((await archive.SaveAsync(Ten)).Address.Pack, (await archive.SaveAsync(Ten.AddHours(1))).Address.Pack);
        File.Delete(archive.FileOf(gone));
        archive.OnPacks = call => call.Method is "ReadAsync" && call.Argument<PackName>() == bad
            ? throw new IOException("Input/output error")
            : call.GoThrough();
        var check = new ArchiveCheck(archive.InterposedPacks, archive.Index);
        var found = await check.RunAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal(
            [(ArchiveFindingKind.PackDamaged, bad), (ArchiveFindingKind.BytesMissing, gone)], found.Select(f => (f.Kind, f.Pack)));
    }
}
