using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Packs and folders that cannot be read, by nobody: check and reindex name them, and go on.</summary>
public sealed class UnreadablePackTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("folder")]
    [InlineData("link")]
    [InlineData("link of its day")]
    public async Task Reindex_leaves_its_rows_and_goes_on(string how)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (first, bad, last) = await FillAsync(archive);
        await archive.CrashAsync();
        MakeUnreadable(archive.FileOf(bad), how);
        await archive.Index.ReplacePackAsync(last, [], Cancellation);

        var reindex = new ArchiveReindex(archive.Packs, archive.Index);
        var done = new List<PackName>();
        await reindex.RunAsync((pack, _) => done.Add(pack), Cancellation);
        Assert.Equal([first, last], done);
        Assert.Equal([bad], reindex.Unreadable.Select(pack => pack.Pack));
        Assert.Equal([first.Hour, bad.Hour, last.Hour], await archive.MomentsAsync());

        // What is gone is gone.
        MakeGone(archive.FileOf(bad), how);
        await reindex.RunAsync((_, _) => { }, Cancellation);
        Assert.Empty(reindex.Unreadable);
        Assert.Equal([first.Hour, last.Hour], await archive.MomentsAsync());
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("link")]
    [InlineData("link of its day")]
    public async Task Check_finds_it_and_goes_on(string how)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (_, bad, last) = await FillAsync(archive);
        await archive.CrashAsync();
        MakeUnreadable(archive.FileOf(bad), how);
        File.Delete(archive.FileOf(last));
        var findings = await archive.FindingsAsync();
        Assert.Equal(
            [(ArchiveFindingKind.BytesMissing, last), (ArchiveFindingKind.PackDamaged, bad)],
            findings.Select(finding => (finding.Kind, finding.Pack)).Order());
        Assert.Contains("cannot be read", findings.Single(finding => finding.Pack == bad).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packs_of_a_folder_that_cannot_be_listed_are_looked_for_one_by_one()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (first, bad, last) = await FillAsync(archive);
        archive.OnPacks = call =>
        {
            if (call.Method is not "ListAsync")
            {
                return call.GoThrough();
            }

            call.Argument<Action<IOException>>()(new IOException("2026: Input/output error"));
            return AsyncEnumerable.Empty<PackName>();
        };
        var reindex = new ArchiveReindex(archive.InterposedPacks, archive.Index);
        await reindex.RunAsync((_, _) => { }, Cancellation);
        Assert.Equal([new UnreadablePack(null, "2026: Input/output error")], reindex.Unreadable);
        Assert.Equal([first.Hour, bad.Hour, last.Hour], await archive.MomentsAsync());

        File.Delete(archive.FileOf(bad));
        var check = new ArchiveCheck(archive.InterposedPacks, archive.Index);
        var findings = await check.RunAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal([bad], findings.Select(finding => finding.Pack));
        Assert.Equal(reindex.Unreadable, check.Unlisted);
    }

    [Fact]
    public async Task Packs_that_are_all_away_end_both_and_no_row_goes()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (first, bad, last) = await FillAsync(archive);
        await archive.CrashAsync();
        var mark = Path.Combine(storage.DataDirectory, "archive", "archive.id");
        File.Move(mark, mark + ".away");
        try
        {
            await Assert.ThrowsAsync<PacksUnavailableException>(
                () => new ArchiveReindex(archive.Packs, archive.Index).RunAsync((_, _) => { }, Cancellation));
            await Assert.ThrowsAsync<PacksUnavailableException>(() => archive.FindingsAsync());
        }
        finally
        {
            File.Move(mark + ".away", mark);
        }

        Assert.Equal([first.Hour, bad.Hour, last.Hour], await archive.MomentsAsync());
    }

    [Fact]
    public async Task Packs_that_go_away_after_they_were_listed_end_both_and_are_not_named_one_by_one()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await FillAsync(archive);
        archive.OnPacks = call => call.Method is "ListPartsAsync" ? throw new PacksUnavailableException("The volume is away.") : call.GoThrough();
        var reindex = new ArchiveReindex(archive.InterposedPacks, archive.Index);
        await Assert.ThrowsAsync<PacksUnavailableException>(() => reindex.RunAsync((_, _) => { }, Cancellation));
        Assert.Empty(reindex.Unreadable);
        var check = new ArchiveCheck(archive.InterposedPacks, archive.Index);
        await Assert.ThrowsAsync<PacksUnavailableException>(() => check.RunAsync(Cancellation).ToListAsync(Cancellation).AsTask());
    }

    [Fact]
    public async Task A_folder_in_the_place_of_a_pack_holds_up_no_retention()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (first, bad, last) = await FillAsync(archive);
        archive.Clock.Advance(TimeSpan.FromDays(9));
        MakeUnreadable(archive.FileOf(first), "folder");
        var retention = archive.NewRetention(new SnapshotArchiveOptions());
        await retention.ApplyAsync(archive.Camera, null, 1, Cancellation);
        archive.Clock.Advance(TimeSpan.FromMinutes(1));
        await retention.ApplyAsync(archive.Camera, null, 1, Cancellation);
        Assert.False(File.Exists(archive.FileOf(bad)));
        Assert.False(File.Exists(archive.FileOf(last)));
    }

    [Fact]
    public async Task A_folder_that_keeps_deleted_pictures_from_being_erased_is_told_of_once_and_so_is_that_it_is_over()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (first, _, last) = await FillAsync(archive);
        foreach (var bad in new[] { first, last })
        {
            var file = archive.FileOf(bad);
            File.Delete(file);
            Directory.CreateDirectory(file);
            var tries = 0;
            archive.OnPacks = call =>
            {
                Interlocked.Add(ref tries, call.Method is "EraseAsync" ? 1 : 0);
                return call.GoThrough();
            };
            await archive.Archive.DeleteAsync(archive.Camera, bad.Hour, bad.End, Cancellation);
            await archive.PassTimeAsync(() => Task.FromResult(Volatile.Read(ref tries) > 4));
            Assert.Single(archive.Log.Lines, IsOfFailure);
            Directory.Delete(file);
            await archive.PassTimeAsync(() => Task.FromResult(archive.Log.Lines.Any(IsOfEnd)));
            Assert.Empty(await archive.Index.ListErasuresAsync(archive.Camera, Cancellation));
            archive.Log.Clear();
        }

        static bool IsOfFailure(string line) => line.Contains("could not be erased yet", StringComparison.Ordinal);
        static bool IsOfEnd(string line) => line.Contains("is erased", StringComparison.Ordinal);
    }

    /// <summary>A picture in a pack of each of three days.</summary>
    private static async Task<(PackName First, PackName Bad, PackName Last)> FillAsync(TestArchive archive) => (
        (await archive.SaveAsync(Ten)).Address.Pack,
        (await archive.SaveAsync(Ten.AddDays(1))).Address.Pack,
        (await archive.SaveAsync(Ten.AddDays(2))).Address.Pack);

    [Fact]
    public async Task A_folder_in_the_place_of_an_open_pack_is_told_of_once_and_again_when_something_else_is_wrong()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var pack = PackName.Of(archive.Camera, Ten);
        await archive.SaveAsync(Ten);
        await archive.CrashAsync();
        var file = archive.FileOf(pack);
        File.Move(file, $"{file}.away");
        Directory.CreateDirectory(file);
        await archive.Archive.StartAsync(Cancellation);
        for (var round = 0; round < 3; round++)
        {
            await archive.Archive.SealFinishedAsync(Cancellation);
        }

        Assert.Single(archive.Log.Lines, IsOfPack);
        Directory.Delete(file);
        File.Move($"{file}.away", file);
        archive.OnIndex = call => call.Method is "FindEndAsync" ? throw new IOException("The index is away.") : call.GoThrough();
        await archive.Archive.SealFinishedAsync(Cancellation);
        await archive.Archive.SealFinishedAsync(Cancellation);
        Assert.Equal(2, archive.Log.Lines.Count(IsOfPack));

        // What is in order is closed.
        archive.OnIndex = call => call.GoThrough();
        await archive.Archive.SealFinishedAsync(Cancellation);
        Assert.Empty(await archive.Packs.ListOpenAsync(Cancellation));
        Assert.Equal(2, archive.Log.Lines.Count(IsOfPack));

        bool IsOfPack(string line) => line.Contains($"Pack {pack} is in trouble", StringComparison.Ordinal);
    }

    private static void MakeUnreadable(string file, string how)
    {
        File.Delete(file);
        switch (how)
        {
            case "folder":
                Directory.CreateDirectory(file);
                break;
            case "link":
                File.CreateSymbolicLink(file, file);
                break;
            default:
                var day = Path.GetDirectoryName(file)!;
                Directory.Delete(day);
                File.CreateSymbolicLink(day, day);
                break;
        }
    }

    private static void MakeGone(string file, string how)
    {
        if (how is "folder")
        {
            Directory.Delete(file);
        }
        else
        {
            File.Delete(how is "link" ? file : Path.GetDirectoryName(file)!);
        }
    }
}
