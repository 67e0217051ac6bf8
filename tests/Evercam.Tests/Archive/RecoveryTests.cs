using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>What is done with the end of a pack before it is written to again.</summary>
public sealed class RecoveryTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Adopted_pictures_are_on_stable_storage_before_their_rows()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        archive.OnIndex = call => call.Method is "AddAsync" ? throw new IndexUnavailableException("dead", new IOException()) : call.GoThrough();
        var picture = new NewSnapshot(archive.Camera, Ten, PictureType.Jpeg, TestArchive.Picture());
        var pack = (await archive.Archive.AppendAsync(picture, Cancellation)).Snapshot.Address.Pack;
        await archive.CrashAsync();

        var calls = new List<string>();
        archive.OnPacks = call =>
        {
            calls.Add(call.Method is "FlushAsync" ? $"flush {string.Join(' ', call.Argument<IReadOnlyCollection<PackName>>())}" : "");
            return call.GoThrough();
        };
        archive.OnIndex = call =>
        {
            calls.Add(call.Method is "AddAsync" ? "add" : "");
            return call.GoThrough();
        };
        await archive.Archive.StartAsync(Cancellation);
        Assert.Equal([Ten], await archive.MomentsAsync());
        Assert.Equal([$"flush {pack}", "add"], calls.Where(call => call.Length > 0));
    }

    [Fact]
    public async Task A_picture_that_the_disk_altered_keeps_its_row_and_its_place()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var latest = await archive.SaveAsync(Ten.AddSeconds(9));
        var altered = await archive.UploadAsync(Ten);
        await archive.CrashAsync();
        await OverwriteAsync(archive, altered.Address.Pack, altered.Address.PictureOffset + 100, [1, 2, 3, 4]);

        await archive.Archive.StartAsync(Cancellation);
        var later = await archive.SaveAsync(Ten.AddSeconds(10));
        Assert.Equal([Ten, latest.TakenAt, later.TakenAt], await archive.MomentsAsync());
        var finding = Assert.Single(await archive.FindingsAsync());
        Assert.Equal((ArchiveFindingKind.BytesAltered, Ten), (finding.Kind, finding.TakenAt));
    }

    [Fact]
    public async Task A_question_that_is_not_answered_costs_no_picture_that_has_a_row_its_bytes()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var altered = await archive.SaveAsync(Ten.AddHours(1));
        await archive.SaveAsync(Ten.AddHours(1).AddSeconds(1));
        await archive.UploadAsync(Ten.AddDays(30));
        await archive.CrashAsync();
        await OverwriteAsync(archive, altered.Address.Pack, altered.Address.PictureOffset + 100, [1, 2, 3, 4]);

        // A pack that was closed is not looked at by the start.
        File.Delete(Path.Combine(storage.DataDirectory, "archive", "open", $"{archive.Camera}-2026112311"));
        archive.OnIndex = call => call.Method is "ListAsync"
            ? throw new IndexUnavailableException("It is slow.", new IOException())
            : call.GoThrough();
        await archive.Archive.StartAsync(Cancellation);
        await archive.SaveAsync(Ten);
        await archive.SaveAsync(Ten.AddHours(1).AddSeconds(2));
        Assert.True(await archive.Archive.ExistsAsync(altered, Cancellation));
        Assert.Equal(5, (await archive.MomentsAsync()).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    public async Task What_comes_after_a_pack_was_cut_does_not_take_the_place_of_what_was_cut_off(int left)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var whole = await archive.SaveAsync(Ten);
        var cut = await archive.SaveAsync(Ten.AddSeconds(1));
        await archive.CrashAsync();
        await using (var file = File.Open(archive.FileOf(cut.Address.Pack), FileMode.Open))
        {
            file.SetLength(cut.Address.Offset + left);
        }

        await archive.Archive.StartAsync(Cancellation);
        var bytes = TestArchive.Picture();
        var later = await archive.SaveAsync(Ten.AddSeconds(2), bytes);
        Assert.Equal(bytes, await archive.ReadAsync(later));
        Assert.NotNull(await archive.ReadAsync(whole));
        Assert.Null(await archive.ReadAsync(cut));
        Assert.Equal([cut.TakenAt], (await archive.FindingsAsync()).Select(finding => finding.TakenAt).OfType<DateTimeOffset>());

        await new ArchiveReindex(archive.Packs, archive.Index).RunAsync((_, _) => { }, Cancellation);
        Assert.Equal([whole.TakenAt, later.TakenAt], await archive.MomentsAsync());
    }

    [Fact]
    public async Task A_pack_that_is_put_back_under_a_running_server_is_whole_again()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var first = await archive.SaveAsync(Ten);
        var second = await archive.SaveAsync(Ten.AddSeconds(1));
        await archive.CrashAsync();
        var (pack, backup) = (archive.FileOf(first.Address.Pack), archive.FileOf(first.Address.Pack) + ".backup");
        File.Copy(pack, backup);
        await using (var file = File.Open(pack, FileMode.Open))
        {
            file.SetLength(first.Address.End);
        }

        Assert.NotNull(await archive.ReadAsync(first));
        File.Move(backup, pack, overwrite: true);
        await archive.Archive.StartAsync(Cancellation);
        var third = await archive.SaveAsync(Ten.AddSeconds(2));
        Assert.NotNull(await archive.ReadAsync(second));
        Assert.NotNull(await archive.ReadAsync(third));
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task A_tail_of_odd_length_is_cut_off()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var whole = await archive.SaveAsync(Ten);
        await archive.CrashAsync();
        await OverwriteAsync(archive, whole.Address.Pack, whole.Address.End, TestArchive.Picture(777));

        await archive.Archive.StartAsync(Cancellation);
        var later = await archive.SaveAsync(Ten.AddSeconds(1));
        Assert.Equal(whole.Address.End, later.Address.Offset);
        Assert.Equal(2, Tar.Run("tf", archive.FileOf(whole.Address.Pack)).Length);
        Assert.Empty(await archive.FindingsAsync());
    }

    private static async Task OverwriteAsync(TestArchive archive, PackName pack, long offset, byte[] bytes)
    {
        await using var file = File.Open(archive.FileOf(pack), FileMode.Open);
        file.Position = offset;
        await file.WriteAsync(bytes, Cancellation);
    }
}
