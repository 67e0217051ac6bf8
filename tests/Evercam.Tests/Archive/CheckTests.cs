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
