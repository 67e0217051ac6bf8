using Evercam.Archive;
using Evercam.Archive.Pack;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Pictures of which somebody was told that they are not kept, and the process ended before they were taken back.</summary>
public sealed class GivenUpTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_in_the_midst_of_a_pack_is_adopted_by_the_next_start()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var bytes = TestArchive.Picture();
        await GiveUpAsync(archive, Ten, bytes);
        var behind = await SaveAsync(archive, Ten.AddSeconds(9));
        await archive.CrashAsync();

        archive.OnIndex = call => call.GoThrough();
        await archive.Archive.StartAsync(Cancellation);
        Assert.Equal([Ten, behind.TakenAt], await archive.MomentsAsync());
        Assert.Equal(bytes, await archive.ReadAsync((await FindAsync(archive, Ten))!));
        Assert.Empty(await archive.FindingsAsync());
        await Assert.ThrowsAsync<SecondOccupiedException>(() => archive.UploadAsync(Ten));
        await ReindexAsync(archive);
        Assert.Equal(bytes, await archive.ReadAsync((await FindAsync(archive, Ten))!));
    }

    [Fact]
    public async Task One_in_a_pack_whose_hour_ends_keeps_it_open_for_the_next_start()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await GiveUpAsync(archive, Ten, TestArchive.Picture());
        var behind = await SaveAsync(archive, Ten.AddSeconds(9));
        await archive.Archive.SealFinishedAsync(Cancellation);
        await archive.CrashAsync();

        archive.OnIndex = call => call.GoThrough();
        await archive.Archive.StartAsync(Cancellation);
        Assert.Equal([Ten, behind.TakenAt], await archive.MomentsAsync());
        await archive.Archive.SealFinishedAsync(Cancellation);
        Assert.DoesNotContain(behind.Address.Pack, await archive.Packs.ListOpenAsync(Cancellation));
        Assert.Empty(await archive.FindingsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_of_one_moment_the_next_start_keeps_the_acknowledged_one_and_erases_the_other(bool isAcknowledgedFirst)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (acknowledged, bytes, twin) = await PutTwinsAsync(archive, isAcknowledgedFirst);
        await archive.RestartAsync();
        Assert.Equal([Ten, Ten.AddSeconds(8), Ten.AddSeconds(9)], await archive.MomentsAsync());
        Assert.Equal(bytes, await archive.ReadAsync(acknowledged));
        Assert.Null(await archive.ReadAsync(acknowledged with { Address = twin }));
        Assert.Empty(await archive.FindingsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_start_that_ends_before_it_erases_is_made_up_for_by_the_next(bool isAcknowledgedFirst)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (acknowledged, bytes, twin) = await PutTwinsAsync(archive, isAcknowledgedFirst);
        archive.OnPacks = call => call.Method is "EraseAsync" ? throw new IOException("The process ends.") : call.GoThrough();
        await archive.RestartAsync();
        Assert.NotNull(await archive.ReadAsync(acknowledged with { Address = twin }));

        archive.OnPacks = call => call.GoThrough();
        await archive.RestartAsync();
        Assert.Equal(bytes, await archive.ReadAsync(acknowledged));
        Assert.Null(await archive.ReadAsync(acknowledged with { Address = twin }));
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task Of_two_of_one_moment_none_is_erased_where_the_bytes_of_the_acknowledged_one_are_not_there()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (acknowledged, _, twin) = await PutTwinsAsync(archive, isAcknowledgedFirst: false);
        await archive.CrashAsync();
        await using (var file = File.Open(archive.FileOf(twin.Pack), FileMode.Open))
        {
            file.Position = acknowledged.Address.PictureOffset;
            await file.WriteAsync(TestArchive.Picture(), Cancellation);
        }

        await archive.Archive.StartAsync(Cancellation);
        Assert.NotNull(await archive.ReadAsync(acknowledged with { Address = twin }));
        await ReindexAsync(archive);
        Assert.Equal(twin, (await FindAsync(archive, Ten))?.Address);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_of_one_moment_the_acknowledged_one_keeps_its_row_when_the_index_is_rebuilt(bool isAcknowledgedFirst)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (acknowledged, _, _) = await PutTwinsAsync(archive, isAcknowledgedFirst);
        await ReindexAsync(archive);
        Assert.Equal(acknowledged, await FindAsync(archive, Ten));
    }

    [Fact]
    public async Task Of_two_of_one_moment_the_later_one_gets_the_row_when_no_row_is_left()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (acknowledged, _, twin) = await PutTwinsAsync(archive, isAcknowledgedFirst: false);
        await archive.Index.ReplacePackAsync(twin.Pack, [], Cancellation);
        await ReindexAsync(archive);
        Assert.Equal(acknowledged, await FindAsync(archive, Ten));
    }

    [Fact]
    public async Task Of_two_of_one_moment_the_start_adopts_the_later_one_when_no_row_is_left()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (acknowledged, bytes, twin) = await PutTwinsAsync(archive, isAcknowledgedFirst: false);
        await archive.CrashAsync();
        await archive.Index.ReplacePackAsync(twin.Pack, [], Cancellation);
        await archive.Archive.StartAsync(Cancellation);
        Assert.Equal(acknowledged, await FindAsync(archive, Ten));
        Assert.Equal(bytes, await archive.ReadAsync(acknowledged));
        Assert.Null(await archive.ReadAsync(acknowledged with { Address = twin }));
    }

    [Fact]
    public async Task Of_two_of_one_moment_both_stay_while_the_acknowledged_one_cannot_be_read_and_recording_goes_on()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var acknowledged = await archive.UploadAsync(Ten);
        var twin = await PutAsync(archive, Ten);
        await archive.CrashAsync();
        archive.OnPacks = call => call.Method is "ReadAsync" && call.Argument<long>() == acknowledged.Address.PictureOffset
            ? throw new IOException("Input/output error")
            : call.GoThrough();
        await archive.Archive.StartAsync(Cancellation);
        await archive.SaveAsync(Ten.AddSeconds(9));
        Assert.NotNull(await archive.ReadAsync(acknowledged with { Address = twin }));
        Assert.Contains(
            archive.Log.Lines,
            line => line.StartsWith($"Error: Pack {twin.Pack}: the picture of ", StringComparison.Ordinal)
                && line.Contains("cannot be read", StringComparison.Ordinal));

        archive.OnPacks = call => call.GoThrough();
        await archive.RestartAsync();
        Assert.Null(await archive.ReadAsync(acknowledged with { Address = twin }));
        Assert.Equal([Ten, Ten.AddSeconds(9)], await archive.MomentsAsync());
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task One_that_cannot_be_read_holds_up_no_recording()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var before = await archive.SaveAsync(Ten.AddSeconds(7));
        var unread = await PutAsync(archive, Ten);
        var behind = await archive.SaveAsync(Ten.AddSeconds(8));
        await archive.CrashAsync();
        archive.OnPacks = call => call.Method is "ReadAsync" && call.Argument<long>() >= unread.Offset && call.Argument<long>() < unread.End
            ? throw new IOException("Input/output error")
            : call.GoThrough();
        await archive.Archive.StartAsync(Cancellation);
        await archive.SaveAsync(Ten.AddSeconds(9));
        Assert.Equal([before.TakenAt, behind.TakenAt, Ten.AddSeconds(9)], await archive.MomentsAsync());
        Assert.Contains(archive.Log.Lines, line => line.Contains("which have no row, cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_begins_between_rows_and_reaches_into_the_place_of_one_is_no_picture()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (first, middle, last) = (
            await archive.SaveAsync(Ten), await archive.SaveAsync(Ten.AddSeconds(1)), await archive.SaveAsync(Ten.AddSeconds(2)));
        await archive.CrashAsync();
        await archive.Index.ReplacePackAsync(first.Address.Pack, [first, last], Cancellation);

        // A header that says so of all that follows, and the hash of that.
        var file = archive.FileOf(first.Address.Pack);
        var reaching = (await File.ReadAllBytesAsync(file, Cancellation))[(int)middle.Address.PictureOffset..(int)last.Address.End];
        var header = TarEntry.EncodeHeaders(middle.TakenAt, PictureType.Jpeg, reaching.Length, ContentHash.Of(reaching), notes: null);
        Assert.Equal(middle.Address.HeaderLength, header.Length);
        await using (var pack = File.Open(file, FileMode.Open))
        {
            pack.Position = middle.Address.Offset;
            await pack.WriteAsync(header, Cancellation);
        }

        await archive.Archive.StartAsync(Cancellation);
        Assert.Equal([first.TakenAt, last.TakenAt], await archive.MomentsAsync());
        Assert.NotNull(await archive.ReadAsync(last));
    }

    [Fact]
    public async Task A_start_reads_nothing_of_packs_that_rows_fill_and_of_others_only_what_has_none()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var full = (await archive.SaveAsync(Ten)).Address.Pack;
        await archive.SaveAsync(Ten.AddSeconds(1));
        var (first, gone, last) = (
            await archive.SaveAsync(Ten.AddHours(1)), await archive.SaveAsync(Ten.AddHours(1).AddSeconds(1)),
            await archive.SaveAsync(Ten.AddHours(1).AddSeconds(2)));
        await archive.Archive.DeleteAsync(archive.Camera, gone.TakenAt, last.TakenAt, Cancellation);
        await archive.CrashAsync();

        var reads = new List<(PackName Pack, long Offset, int Length)>();
        archive.OnPacks = call =>
        {
            if (call.Method is "ReadAsync")
            {
                reads.Add((call.Argument<PackName>(), call.Argument<long>(), call.Argument<Memory<byte>>().Length));
            }

            return call.GoThrough();
        };
        var listed = new List<DateTimeOffset>();
        archive.OnIndex = call =>
        {
            listed.AddRange(call.Method is "ListAsync" ? [call.Argument<DateTimeOffset>()] : []);
            return call.GoThrough();
        };
        await archive.Archive.StartAsync(Cancellation);
        Assert.Equal([full.Hour.AddHours(1)], listed);
        Assert.DoesNotContain(reads, read => read.Pack == full);
        Assert.All(reads, read => Assert.InRange(read.Offset, gone.Address.Offset, gone.Address.End - 1));
        Assert.InRange(reads.Sum(read => read.Length), 1, 2 * TarEntry.BlockLength);
        archive.OnPacks = call => call.GoThrough();
        Assert.Equal(4, (await archive.MomentsAsync()).Count);
        Assert.NotNull(await archive.ReadAsync(first));
        Assert.Empty(await archive.FindingsAsync());
    }

    /// <summary>The database takes no row as long as somebody waits for this picture, and later does not let go of it.</summary>
    private static async Task GiveUpAsync(TestArchive archive, DateTimeOffset second, byte[] bytes)
    {
        archive.OnIndex = call => call.Method is "AddAsync" or "TakeBackAsync"
            ? throw new IndexUnavailableException("It is away.", new IOException())
            : call.GoThrough();
        var upload = archive.UploadAsync(second, bytes);
        await archive.PassTimeAsync(upload);
        await Assert.ThrowsAnyAsync<IOException>(() => upload);
        archive.OnIndex = call => call.Method is "TakeBackAsync"
            ? throw new IndexUnavailableException("It is away.", new IOException())
            : call.GoThrough();
    }

    private static async Task<Snapshot> SaveAsync(TestArchive archive, DateTimeOffset takenAt)
    {
        var saving = archive.SaveAsync(takenAt);
        await archive.PassTimeAsync(saving);
        return await saving;
    }

    /// <summary>Two whole pictures of one second, of which one was acknowledged, between two others.</summary>
    private static async Task<(Snapshot Acknowledged, byte[] Bytes, PackAddress Twin)> PutTwinsAsync(
        TestArchive archive, bool isAcknowledgedFirst)
    {
        await archive.SaveAsync(Ten.AddSeconds(8));
        var bytes = TestArchive.Picture();
        var acknowledged = isAcknowledgedFirst ? await archive.UploadAsync(Ten, bytes) : null;
        var twin = await PutAsync(archive, Ten);
        acknowledged ??= await archive.UploadAsync(Ten, bytes);
        await archive.SaveAsync(Ten.AddSeconds(9));
        return (acknowledged, bytes, twin);
    }

    /// <summary>Puts a whole picture into its pack that has no row.</summary>
    private static async Task<PackAddress> PutAsync(TestArchive archive, DateTimeOffset takenAt)
    {
        var bytes = TestArchive.Picture();
        var headers = TarEntry.EncodeHeaders(takenAt, PictureType.Jpeg, bytes.Length, ContentHash.Of(bytes), notes: null);
        return await archive.Packs.AppendAsync(PackName.Of(archive.Camera, takenAt), headers, bytes, Cancellation);
    }

    private static async Task<Snapshot?> FindAsync(TestArchive archive, DateTimeOffset moment) =>
        (await archive.Index.ListAsync(archive.Camera, moment, moment.AddMicroseconds(1), 1, Cancellation)).SingleOrDefault();

    private static Task ReindexAsync(TestArchive archive) =>
        new ArchiveReindex(archive.Packs, archive.Index).RunAsync((_, _) => { }, Cancellation);
}
