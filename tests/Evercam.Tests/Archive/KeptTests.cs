using System.Diagnostics;
using System.Globalization;
using Evercam.Archive;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.Archive;

/// <summary>Pictures that are marked to be kept.</summary>
public sealed class KeptTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retention_leaves_what_is_kept_and_gives_the_room_of_the_rest_back()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var pictures = new List<(Snapshot Row, byte[] Bytes)>();
        for (var second = 0; second < 250; second++)
        {
            var bytes = TestArchive.Picture(30_000);
            pictures.Add((await archive.SaveAsync(Ten.AddSeconds(second), bytes), bytes));
        }

        await archive.SaveAsync(Ten.AddHours(1));
        await MarkAsync(archive, Ten.AddSeconds(120));
        var file = archive.FileOf(PackName.Of(archive.Camera, Ten));
        var before = BytesOnDisk(file);
        var gone = await Retention(archive).ApplyAsync(archive.Camera, TimeSpan.Zero, null, Cancellation);
        Assert.Equal([(Ten, 249), (Ten.AddHours(1), 1)], gone.Select(pack => (pack.Pack.Hour, pack.Pictures)));
        Assert.Equal([Ten.AddSeconds(120)], await archive.MomentsAsync());
        Assert.Equal(pictures[120].Bytes, await archive.ReadAsync(pictures[120].Row));
        Assert.InRange(BytesOnDisk(file), 30_000, before / 3);
        Assert.Equal(["2026-11-23T10-02-00.000000Z.jpg"], Tar.Run("tf", file));
        Assert.Empty(await archive.FindingsAsync());

        // What is left is not looked at again, until its mark is gone.
        Assert.Empty(await Retention(archive).ApplyAsync(archive.Camera, TimeSpan.Zero, 0, Cancellation));
        await MarkAsync(archive, Ten.AddSeconds(120), keep: false);
        Assert.Single(await Retention(archive).ApplyAsync(archive.Camera, TimeSpan.Zero, null, Cancellation));
        Assert.False(File.Exists(file));
        Assert.Empty(FilesBeside(file));
    }

    [Fact]
    public async Task What_is_kept_does_not_count_among_the_bytes_that_a_camera_may_take()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        for (var hour = 0; hour < 5; hour++)
        {
            await archive.SaveAsync(Ten.AddHours(hour));
        }

        var one = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes / 5;
        await MarkAsync(archive, Ten);
        await MarkAsync(archive, Ten.AddHours(1));
        Assert.Empty(await Retention(archive).ApplyAsync(archive.Camera, null, 3 * one, Cancellation));
        Assert.Single(await Retention(archive).ApplyAsync(archive.Camera, null, (3 * one) - 1, Cancellation));
        Assert.Equal([Ten, Ten.AddHours(1), Ten.AddHours(3), Ten.AddHours(4)], await archive.MomentsAsync());
    }

    [Fact]
    public async Task The_list_beside_the_pack_is_what_tar_takes()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.SaveAsync(Ten);
        await archive.SaveAsync(Ten.AddMilliseconds(1_500));
        await archive.SaveAsync(Ten.AddSeconds(1));
        await archive.UploadAsync(Ten.AddSeconds(5));
        Assert.Equal(2, (await MarkAsync(archive, Ten.AddSeconds(1))).Count);
        await MarkAsync(archive, Ten.AddSeconds(5));
        var file = archive.FileOf(PackName.Of(archive.Camera, Ten));
        Assert.Equal(
            ["2026-11-23T10-00-01.000000Z.jpg", "2026-11-23T10-00-01.500000Z.jpg", "2026-11-23T10-00-05.000000Z.jpg"],
            Tar.Run("tf", file, "-T", Path.ChangeExtension(file, "keep")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_mark_outlives_a_crash_and_the_index()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.SaveAsync(Ten);
        await archive.SaveAsync(Ten.AddSeconds(1));
        await MarkAsync(archive, Ten);
        await archive.RestartAsync();
        Assert.Equal([Ten], await KeptAsync(archive));

        await archive.Index.RemoveCameraAsync(archive.Camera, Cancellation);
        await archive.Index.ForgetErasuresAsync(await archive.Index.ListErasuresAsync(Cancellation), Cancellation);
        await ReindexAsync(archive);
        Assert.Equal([Ten, Ten.AddSeconds(1)], await archive.MomentsAsync());
        Assert.Equal([Ten], await KeptAsync(archive));
    }

    [Fact]
    public async Task Deleting_a_kept_picture_leaves_nothing_of_its_mark()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.UploadAsync(Ten);
        await archive.UploadAsync(Ten.AddSeconds(1));
        await MarkAsync(archive, Ten);
        Assert.Equal(1, await archive.Archive.DeleteAsync(archive.Camera, Ten, Ten.AddSeconds(1), Cancellation));
        Assert.Single(FilesBeside(archive.FileOf(PackName.Of(archive.Camera, Ten))));
        await archive.UploadAsync(Ten);
        await ReindexAsync(archive);
        Assert.Empty(await KeptAsync(archive));
        Assert.Equal(2, (await archive.MomentsAsync()).Count);
    }

    [Fact]
    public async Task A_mark_in_one_place_only_is_found_and_counts()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.SaveAsync(Ten);
        await archive.SaveAsync(Ten.AddSeconds(1));
        await archive.SaveAsync(Ten.AddSeconds(2));
        await MarkAsync(archive, Ten);
        await archive.Index.ReleaseAsync(archive.Camera, [Ten], Cancellation);
        await archive.Index.KeepAsync(archive.Camera, [Ten.AddSeconds(1)], Cancellation);
        Assert.Equal(
            [(ArchiveFindingKind.MarkWrong, (DateTimeOffset?)Ten), (ArchiveFindingKind.MarkWrong, Ten.AddSeconds(1))],
            (await archive.FindingsAsync()).Select(finding => (finding.Kind, finding.TakenAt)));

        Assert.Single(await Retention(archive).ApplyAsync(archive.Camera, TimeSpan.Zero, null, Cancellation));
        Assert.Equal([Ten, Ten.AddSeconds(1)], await archive.MomentsAsync());
        Assert.Equal([Ten, Ten.AddSeconds(1)], await KeptAsync(archive));
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task A_disk_that_takes_no_list_marks_nothing()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.SaveAsync(Ten);
        archive.OnPacks = call => call.Method is "WriteKeptAsync" ? throw new IOException("No room.") : call.GoThrough();
        await Assert.ThrowsAsync<IOException>(() => MarkAsync(archive, Ten));
        archive.OnPacks = call => call.GoThrough();
        Assert.Empty(await KeptAsync(archive));
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task A_picture_on_its_way_can_be_marked()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var appended = await archive.Archive.AppendAsync(
            new NewSnapshot(archive.Camera, Ten, PictureType.Jpeg, TestArchive.Picture()), Cancellation);
        Assert.Single(await MarkAsync(archive, Ten));
        Assert.True(appended.Durable.IsCompletedSuccessfully);
        Assert.Empty(await MarkAsync(archive, Ten.AddSeconds(1)));
    }

    private static Task<IReadOnlyList<Snapshot>> MarkAsync(TestArchive archive, DateTimeOffset second, bool keep = true) =>
        archive.Archive.MarkAsync(archive.Camera, second, second.AddSeconds(1), keep, Cancellation);

    private static async Task<IEnumerable<DateTimeOffset>> KeptAsync(TestArchive archive) =>
        (await archive.Archive.ListKeptAsync(
            archive.Camera, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, int.MaxValue, Cancellation)).Select(s => s.TakenAt);

    private static Task ReindexAsync(TestArchive archive) =>
        new ArchiveReindex(archive.Packs, archive.Index).RunAsync((_, _) => { }, Cancellation);

    private static ArchiveRetention Retention(TestArchive archive) => new(
        archive.Archive, archive.InterposedPacks, archive.InterposedIndex, new SnapshotArchiveOptions(), archive.Clock,
        NullLogger<ArchiveRetention>.Instance);

    private static string[] FilesBeside(string file) =>
        Path.GetDirectoryName(file) is { } folder && Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];

    /// <summary>What a file takes on the disk, holes not counted.</summary>
    private static long BytesOnDisk(string file)
    {
        using var du = Process.Start(new ProcessStartInfo("du", ["--block-size=1", file]) { RedirectStandardOutput = true })!;
        return long.Parse(du.StandardOutput.ReadToEnd().Split('\t')[0], CultureInfo.InvariantCulture);
    }
}
