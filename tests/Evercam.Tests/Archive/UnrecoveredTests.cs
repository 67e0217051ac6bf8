using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>What is asked of a range while packs have not been looked at that a crash left open: pictures that have no row yet are part of
/// it.</summary>
public sealed class UnrecoveredTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_has_no_row_yet_goes_with_its_range_and_only_packs_of_the_range_are_looked_at()
    {
        await using var archive = await CrashedAsync(Ten.AddMinutes(-1), Ten, Ten.AddMinutes(59), Ten.AddHours(1));
        var (released, starting) = await HeldUpAsync(archive);
        var opened = new List<PackName>();
        archive.OnPacks = call =>
        {
            opened.AddRange(call.Method is "OpenAsync" ? [call.Argument<PackName>()] : []);
            return call.GoThrough();
        };
        await archive.Archive.DeleteAsync(archive.Camera, Ten, Ten.AddHours(1), Cancellation);
        Assert.Equal([PackName.Of(archive.Camera, Ten)], opened);
        released.SetResult();
        await starting;
        Assert.Equal([Ten.AddMinutes(-1), Ten.AddHours(1)], await archive.MomentsAsync());
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task What_has_no_row_yet_is_marked_with_its_range()
    {
        await using var archive = await CrashedAsync(Ten, Ten.AddSeconds(1));
        var (released, starting) = await HeldUpAsync(archive);
        Assert.Equal(
            [Ten],
            (await archive.Archive.MarkAsync(archive.Camera, Ten, Ten.AddSeconds(1), keep: true, Cancellation)).Select(s => s.TakenAt));
        released.SetResult();
        await starting;
        Assert.Equal([Ten, Ten.AddSeconds(1)], await archive.MomentsAsync());
    }

    [Fact]
    public async Task Nothing_is_deleted_as_long_as_a_pack_of_the_range_cannot_be_looked_at()
    {
        await using var archive = await CrashedAsync(Ten);
        var (released, starting) = await HeldUpAsync(archive);
        archive.OnPacks = call => call.Method is "ReadAsync" ? throw new IOException("It cannot be read.") : call.GoThrough();
        await Assert.ThrowsAnyAsync<IOException>(() => archive.Archive.DeleteAsync(archive.Camera, Ten, Ten.AddHours(1), Cancellation));
        archive.OnPacks = call => call.GoThrough();
        released.SetResult();
        await starting;
        Assert.Equal([Ten], await archive.MomentsAsync());
    }

    [Fact]
    public async Task What_another_server_may_write_to_is_not_cut()
    {
        await using var archive = await CrashedAsync(Ten);
        var file = archive.FileOf(PackName.Of(archive.Camera, Ten));
        await using (var torn = File.Open(file, FileMode.Append))
        {
            await torn.WriteAsync(new byte[] { 1, 2, 3 }, Cancellation);
        }

        var length = new FileInfo(file).Length;
        archive.OnIndex = call => call.Method is "DemandTenureAsync"
            ? throw new CameraElsewhereException([archive.Camera])
            : call.GoThrough();
        await archive.Archive.StartAsync(Cancellation);
        Assert.Equal(length, new FileInfo(file).Length);
        archive.OnIndex = call => call.GoThrough();
        await archive.Archive.SealFinishedAsync(Cancellation);
        Assert.Equal([Ten], await archive.MomentsAsync());
        Assert.Empty(await archive.FindingsAsync());
    }

    /// <summary>An archive that has crashed when these pictures had no rows yet.</summary>
    private async Task<TestArchive> CrashedAsync(params DateTimeOffset[] moments)
    {
        var archive = await TestArchive.StartAsync(storage);
        archive.OnIndex = call => call.Method is "AddAsync" ? throw new IndexUnavailableException("dead", new IOException()) : call.GoThrough();
        foreach (var moment in moments)
        {
            await archive.Archive.AppendAsync(
                new NewSnapshot(archive.Camera, moment, PictureType.Jpeg, TestArchive.Picture()), Cancellation);
        }

        await archive.CrashAsync();
        archive.OnIndex = call => call.GoThrough();
        return archive;
    }

    /// <summary>Starts it; it works, and has not been told yet which packs are open.</summary>
    private static async Task<(TaskCompletionSource Released, Task Starting)> HeldUpAsync(TestArchive archive)
    {
        var (asked, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        archive.OnPacks = call =>
        {
            if (call.Method is not "ListOpenAsync" || !asked.TrySetResult())
            {
                return call.GoThrough();
            }

            return call.GoThroughAfterAsync<IReadOnlyList<PackName>>(released.Task);
        };
        var starting = archive.Archive.StartAsync(Cancellation);
        await asked.Task.WaitAsync(Cancellation);
        return (released, starting);
    }
}
