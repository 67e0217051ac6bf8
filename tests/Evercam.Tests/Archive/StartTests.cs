using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Starting after a crash, with packs and erasures that make trouble.</summary>
public sealed class StartTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    [InlineData(typeof(InvalidDataException))]
    public async Task A_pack_that_cannot_be_read_holds_up_no_other(Type failure)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var bad = (await archive.SaveAsync(Ten)).Address.Pack;
        var other = archive.NewCamera();
        await archive.SaveAsync(Ten, camera: other);
        archive.OnPacks = call => call.Method is "ReadAsync" && call.Argument<PackName>() == bad
            ? throw (Exception)Activator.CreateInstance(failure, "It cannot be read.")!
            : call.GoThrough();

        await archive.RestartAsync();
        await archive.SaveAsync(Ten.AddSeconds(1), camera: other);
        await archive.SaveAsync(Ten.AddHours(1));
        archive.OnPacks = call => call.GoThrough();
        await archive.SaveAsync(Ten.AddSeconds(1));
        Assert.Equal([Ten, Ten.AddSeconds(1), Ten.AddHours(1)], await archive.MomentsAsync());
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task What_a_removal_on_its_way_notes_late_does_not_come_back()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var gone = await archive.SaveAsync(Ten);
        archive.OnPacks = call => call.Method is "EraseAsync" ? throw new IOException("The process ends.") : call.GoThrough();
        await archive.Archive.DeleteAsync(archive.Camera, Ten, Ten.AddSeconds(1), Cancellation);
        await archive.CrashAsync();

        // All notes are asked for while the database still commits this one; whoever asks for those of the camera waits for it.
        archive.OnPacks = call => call.GoThrough();
        archive.OnIndex = call => call.Method is "ListErasuresAsync" && !call.Has<long>()
            ? Task.FromResult<IReadOnlyList<Erasure>>([])
            : call.GoThrough();
        await archive.Archive.StartAsync(Cancellation);
        Assert.Empty(await archive.MomentsAsync());
        Assert.Null(await archive.ReadAsync(gone));
        Assert.Empty(await archive.Index.ListErasuresAsync(Cancellation));
    }

    [Fact]
    public async Task An_erasure_that_fails_holds_up_only_its_own_pack()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var gone = await archive.SaveAsync(Ten);
        var other = archive.NewCamera();
        archive.OnPacks = call => call.Method is "EraseAsync" ? throw new IOException("The disk refuses.") : call.GoThrough();
        await archive.Archive.DeleteAsync(archive.Camera, Ten, Ten.AddSeconds(1), Cancellation);

        await archive.RestartAsync();
        await archive.SaveAsync(Ten, camera: other);
        await archive.SaveAsync(Ten.AddHours(1));
        await Assert.ThrowsAnyAsync<IOException>(() => archive.SaveAsync(Ten.AddSeconds(1)));
        archive.OnPacks = call => call.GoThrough();
        await archive.SaveAsync(Ten.AddSeconds(2));
        Assert.Null(await archive.ReadAsync(gone));
        Assert.Empty(await archive.FindingsAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_camera_whose_rows_cannot_be_removed_holds_up_no_other(int bad)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        long[] cameras = [archive.Camera, archive.NewCamera()];
        foreach (var camera in cameras)
        {
            await archive.SaveAsync(Ten, camera: camera);
            await archive.Index.NoteCameraAsync(camera, Cancellation);
        }

        archive.OnIndex = call => call.Method is "RemoveSomeAsync" && call.Argument<long>() == cameras[bad]
            ? throw new IndexUnavailableException("A page is damaged.", new IOException())
            : call.GoThrough();
        await archive.RestartAsync();
        Assert.Empty(await archive.MomentsAsync(cameras[1 - bad]));

        archive.OnIndex = call => call.GoThrough();
        await archive.Archive.FinishErasuresAsync(Cancellation);
        Assert.Empty(await archive.MomentsAsync(cameras[bad]));
        Assert.Empty(await archive.Index.ListErasuresAsync(Cancellation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_pack_whose_rows_cannot_be_read_holds_up_no_other(int bad)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        PackName[] packs =
        [
            (await archive.SaveAsync(Ten)).Address.Pack,
            (await archive.SaveAsync(Ten, camera: archive.NewCamera())).Address.Pack,
        ];
        archive.OnIndex = call => call.Method is "FindEndAsync" && call.Argument<PackName>() == packs[bad]
            ? throw new IndexUnavailableException("A page is damaged.", new IOException())
            : call.GoThrough();
        await archive.RestartAsync();
        await archive.Archive.SealFinishedAsync(Cancellation);
        Assert.Equal([packs[bad]], await OpenAsync());

        archive.OnIndex = call => call.GoThrough();
        await archive.Archive.SealFinishedAsync(Cancellation);
        Assert.Empty(await OpenAsync());

        async Task<IEnumerable<PackName>> OpenAsync() => (await archive.Packs.ListOpenAsync(Cancellation)).Where(packs.Contains);
    }

    [Fact]
    public async Task Packs_of_other_hours_do_not_stay_open()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var now = archive.Clock.GetUtcNow();
        foreach (var moment in new[] { now.AddYears(-1), now, now.AddHours(1), DateTimeOffset.MaxValue, DateTimeOffset.MinValue })
        {
            await archive.SaveAsync(moment);
        }

        // The last picture is acknowledged a moment before its pack may be closed.
        await Eventually.IsTrueAsync(async () =>
        {
            await archive.Archive.SealFinishedAsync(Cancellation);
            return (await archive.Packs.ListOpenAsync(Cancellation)).Select(pack => pack.Hour).SequenceEqual([ArchiveTime.HourOf(now)]);
        });
        await archive.SaveAsync(now.AddHours(1).AddSeconds(1));
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task A_camera_whose_rows_take_long_to_remove_holds_up_no_other()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (large, other) = (archive.Camera, archive.NewCamera());
        foreach (var camera in new[] { large, other })
        {
            await archive.SaveAsync(Ten, camera: camera);
            await archive.Index.NoteCameraAsync(camera, Cancellation);
        }

        var removed = new TaskCompletionSource();
        archive.OnIndex = call => call.Method is "RemoveSomeAsync" && call.Argument<long>() == large
            ? call.GoThroughAfterAsync<bool>(removed.Task)
            : call.GoThrough();
        await archive.CrashAsync();
        var starting = archive.Archive.StartAsync(Cancellation);
        await archive.PassTimeAsync(starting);
        Assert.Empty(await archive.MomentsAsync(other));
        var round = Task.WhenAll(archive.Archive.FinishErasuresAsync(Cancellation), archive.Archive.SealFinishedAsync(Cancellation));
        await archive.PassTimeAsync(round);
        Assert.Single(await archive.MomentsAsync(large));

        removed.SetResult();
        await archive.PassTimeAsync(async () => (await archive.MomentsAsync(large)).Count == 0);
    }

    [Fact]
    public async Task A_second_start_leaves_deletions_alone_that_are_under_way()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var pack = (await archive.SaveAsync(Ten)).Address.Pack;
        var (asked, ready) = (new List<TaskCompletionSource>(), new TaskCompletionSource());
        archive.OnPacks = call =>
        {
            if (call.Method is not "DeleteAsync")
            {
                return call.GoThrough();
            }

            asked.Add(new TaskCompletionSource());
            return call.GoThroughAfterAsync(asked.Count == 1 ? ready.Task : asked[^1].Task);
        };
        var deleting = archive.Archive.DeletePackAsync(pack, Cancellation);
        await Eventually.IsTrueAsync(() => asked.Count == 1);

        var starting = archive.Archive.StartAsync(Cancellation);
        ready.SetResult();
        await deleting;
        var kept = await archive.SaveAsync(Ten.AddSeconds(1));
        asked.ForEach(held => held.TrySetResult());
        await starting;
        Assert.NotNull(await archive.ReadAsync(kept));
        Assert.Single(asked);
    }

    [Fact]
    public async Task A_change_whose_outcome_is_not_known_is_finished_before_the_pack_is_used_again()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var pack = (await archive.SaveAsync(Ten)).Address.Pack;
        var removed = new TaskCompletionSource();
        archive.OnIndex = call => call.Method is "RemovePackAsync" ? BreakAsync(call) : call.GoThrough();
        await Assert.ThrowsAsync<IndexUnavailableException>(() => archive.Archive.DeletePackAsync(pack, Cancellation));

        archive.OnIndex = call => call.GoThrough();
        var kept = await archive.SaveAsync(Ten.AddSeconds(1));
        await archive.RestartAsync();
        Assert.NotNull(await archive.ReadAsync(kept));
        Assert.Empty(await archive.FindingsAsync());

        // The database did it, and the connection broke before it could say so.
        async Task<Erasure> BreakAsync(InterposedCall call)
        {
            await (Task)call.GoThrough()!;
            throw new IndexUnavailableException("The connection broke.", new IOException());
        }
    }

    [Fact]
    public async Task A_camera_that_ended_while_nobody_told_the_archive_goes_with_the_next_look()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var gone = await archive.SaveAsync(Ten);
        await storage.ExecuteAsync($"INSERT INTO erasures (camera_key) VALUES ({archive.Camera})");
        await archive.Archive.FinishErasuresAsync(Cancellation);
        Assert.Empty(await archive.MomentsAsync());
        Assert.False(File.Exists(archive.FileOf(gone.Address.Pack)));
        Assert.Empty(await archive.Index.ListErasuresAsync(Cancellation));
        await Assert.ThrowsAsync<CameraDeletedException>(() => archive.SaveAsync(Ten.AddSeconds(1)));
    }
}
