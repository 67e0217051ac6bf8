using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Making pictures durable while database and disk fail, hang, or refuse.</summary>
public sealed class CommitTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    /// <summary>Only a failure takes so long.</summary>
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_that_nobody_foresaw_is_told_and_the_next_picture_is_kept()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        archive.OnIndex = call => call.Method is "AddAsync" ? throw new InvalidOperationException("A bug.") : call.GoThrough();
        await Assert.ThrowsAnyAsync<IOException>(() => archive.SaveAsync(Ten).WaitAsync(Never, Cancellation));

        archive.OnIndex = call => call.GoThrough();
        archive.OnPacks = call => call.Method is "FlushAsync" ? throw new InvalidOperationException("A bug.") : call.GoThrough();
        await Assert.ThrowsAnyAsync<IOException>(() => archive.SaveAsync(Ten.AddSeconds(1)).WaitAsync(Never, Cancellation));

        archive.OnPacks = call => call.GoThrough();
        await archive.SaveAsync(Ten.AddSeconds(2)).WaitAsync(Never, Cancellation);
        Assert.Equal([Ten.AddSeconds(2)], await archive.MomentsAsync());
        await archive.PassTimeAsync(async () => (await archive.FindingsAsync()).Count == 0);
    }

    [Fact]
    public async Task A_pack_that_cannot_be_put_on_stable_storage_takes_no_other_cameras_picture_along()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var bad = PackName.Of(archive.NewCamera(), Ten);
        archive.OnPacks = call => call.Method is "FlushAsync" && call.Argument<IReadOnlyCollection<PackName>>().Contains(bad)
            ? FlushAllButAsync(call)
            : call.GoThrough();
        var (lost, kept) = (await AppendAsync(bad.CameraKey), await AppendAsync(archive.Camera));
        await archive.SaveAsync(Ten.AddSeconds(1)).WaitAsync(Never, Cancellation);
        await kept.Durable.WaitAsync(Never, Cancellation);
        await Assert.ThrowsAnyAsync<IOException>(() => lost.Durable.WaitAsync(Never, Cancellation));
        Assert.Equal([Ten, Ten.AddSeconds(1)], await archive.MomentsAsync());

        archive.OnPacks = call => call.GoThrough();
        await archive.PassTimeAsync(async () => await archive.ReadAsync(lost.Snapshot) is null);
        Assert.Empty(await archive.MomentsAsync(bad.CameraKey));
        Assert.Empty(await archive.FindingsAsync(bad.CameraKey));

        Task<AppendedSnapshot> AppendAsync(long camera) => archive.Archive.AppendAsync(
            new NewSnapshot(camera, Ten, PictureType.Jpeg, TestArchive.Picture()), Cancellation);

        async Task FlushAllButAsync(InterposedCall call)
        {
            await (Task)call.GoThrough()!;
            throw new PacksNotDurableException(new Dictionary<PackName, IOException> { [bad] = new("Input/output error") });
        }
    }

    [Fact]
    public async Task A_picture_that_the_database_cannot_bear_takes_no_other_along()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        archive.OnIndex = call => call.Method is "AddAsync" && call.Argument<IReadOnlyList<Snapshot>>().Any(s => s.Notes == "poison")
            ? throw new InvalidOperationException("A bug.")
            : call.GoThrough();
        var all = new List<Task>();
        foreach (var second in Enumerable.Range(0, 9))
        {
            var picture = new NewSnapshot(
                archive.Camera, Ten.AddSeconds(second), PictureType.Jpeg, TestArchive.Picture(), second == 4 ? "poison" : null);
            all.Add((await archive.Archive.AppendAsync(picture, Cancellation)).Durable);
        }

        await archive.SaveAsync(Ten.AddSeconds(9)).WaitAsync(Never, Cancellation);
        await Assert.ThrowsAnyAsync<IOException>(() => all[4].WaitAsync(Never, Cancellation));
        await Task.WhenAll(all.Where(durable => durable != all[4])).WaitAsync(Never, Cancellation);
        Assert.Equal(9, (await archive.MomentsAsync()).Count);
    }

    [Fact]
    public async Task Cameras_whose_rows_meet_a_damaged_page_wait_and_hold_up_no_other()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        long[] bad = [.. Enumerable.Range(0, 5).Select(_ => archive.NewCamera())];
        archive.OnIndex = call => call.Method is "AddAsync" && call.Argument<IReadOnlyList<Snapshot>>().Any(s => bad.Contains(s.CameraKey))
            ? throw new IndexUnavailableException("A page is damaged.", new IOException())
            : call.GoThrough();
        var (waiting, kept) = (new List<Task>(), new List<Task>());
        for (var second = 0; second < 3; second++)
        {
            foreach (var camera in bad)
            {
                waiting.Add(await AppendAsync(camera, second));
            }

            kept.Add(await AppendAsync(archive.Camera, second));
        }

        await archive.PassTimeAsync(Task.WhenAll(kept));
        kept.Add(await AppendAsync(archive.Camera, 3));
        await archive.PassTimeAsync(Task.WhenAll(kept));
        Assert.All(kept, durable => Assert.True(durable.IsCompletedSuccessfully));
        Assert.All(waiting, durable => Assert.False(durable.IsCompleted));

        archive.OnIndex = call => call.GoThrough();
        await archive.PassTimeAsync(Task.WhenAll(waiting));
        foreach (var camera in bad)
        {
            Assert.Equal(3, (await archive.MomentsAsync(camera)).Count);
        }

        async Task<Task> AppendAsync(long camera, int second) => (await archive.Archive.AppendAsync(
            new NewSnapshot(camera, Ten.AddSeconds(second), PictureType.Jpeg, TestArchive.Picture()), Cancellation)).Durable;
    }

    [Fact]
    public async Task Nobody_waits_for_a_database_that_hangs_and_what_it_did_in_the_end_is_undone()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var awake = new TaskCompletionSource();
        archive.OnIndex = call => call.Method is "AddAsync"
            ? call.GoThroughAfterAsync<IReadOnlyList<Snapshot>>(awake.Task)
            : call.GoThrough();
        var saving = archive.UploadAsync(Ten);
        await archive.PassTimeAsync(saving);
        await Assert.ThrowsAnyAsync<IOException>(() => saving);

        awake.SetResult();
        await archive.PassTimeAsync(async () => (await archive.MomentsAsync()).Count == 0);
        await archive.UploadAsync(Ten);
        Assert.Equal([Ten], await archive.MomentsAsync());
        Assert.Empty(await archive.FindingsAsync());
    }

    [Theory]
    [InlineData("ListAsync")]
    [InlineData("RemoveAsync")]
    public async Task Nobody_waits_for_a_question_that_is_never_answered(string method)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        archive.OnIndex = call => call.Method == method ? Never<IReadOnlyList<Snapshot>, IReadOnlyList<Erasure>>(method) : call.GoThrough();
        Task calling = method switch
        {
            "ListAsync" => archive.UploadAsync(Ten),
            _ => archive.Archive.DeleteAsync(archive.Camera, Ten, Ten.AddSeconds(1), Cancellation),
        };
        await archive.PassTimeAsync(calling);
        await Assert.ThrowsAnyAsync<IOException>(() => calling);

        static object Never<TList, TErasures>(string method) => method switch
        {
            "ListAsync" => new TaskCompletionSource<TList>().Task,
            _ => new TaskCompletionSource<TErasures>().Task,
        };
    }

    [Fact]
    public async Task What_is_told_once_is_not_told_with_each_try_to_erase()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var tries = 0;
        archive.OnIndex = call =>
        {
            tries += call.Method is "AwaitReadyAsync" ? 1 : 0;
            throw new IndexUnavailableException("It is away.", new IOException()) { IsTold = true };
        };
        await Assert.ThrowsAsync<IndexUnavailableException>(() => archive.UploadAsync(Ten));
        await archive.PassTimeAsync(() => Task.FromResult(tries > 1));
        Assert.DoesNotContain(archive.Log.Lines, line => line.Contains("could not be erased yet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_that_hangs_lets_callers_go()
    {
        await using var archive = new TestArchive(storage);
        archive.OnIndex = call => call.Method is "ListErasuresAsync" ? new TaskCompletionSource<IReadOnlyList<Erasure>>().Task : call.GoThrough();
        _ = archive.Archive.StartAsync(Cancellation);
        var saving = archive.SaveAsync(Ten);
        await archive.PassTimeAsync(saving);
        await Assert.ThrowsAnyAsync<IOException>(() => saving);
    }

    [Fact]
    public async Task Pictures_that_were_given_up_and_not_yet_taken_back_count_as_waiting()
    {
        await using var archive = await TestArchive.StartAsync(
            storage, new SnapshotArchiveOptions { CommitInterval = TimeSpan.FromMilliseconds(10), MaxPending = 2 });
        var appended = 0;
        archive.OnPacks = call =>
        {
            appended += call.Method is "AppendAsync" ? 1 : 0;
            return call.GoThrough();
        };
        await archive.SaveAsync(Ten);
        archive.OnIndex = call => throw new IndexUnavailableException("dead", new IOException());
        for (var second = 1; second <= 5; second++)
        {
            var saving = archive.SaveAsync(Ten.AddSeconds(second));
            await archive.PassTimeAsync(saving);
            await Assert.ThrowsAnyAsync<IOException>(() => saving);
        }

        Assert.InRange(appended, 2, 3);
        archive.OnIndex = call => call.GoThrough();
        await archive.PassTimeAsync(() => TrySaveAsync(archive, Ten.AddSeconds(9)));
        Assert.Equal([Ten, Ten.AddSeconds(9)], await archive.MomentsAsync());
    }

    [Fact]
    public async Task A_camera_in_trouble_does_not_use_up_the_room_of_the_others()
    {
        await using var archive = await TestArchive.StartAsync(
            storage,
            new SnapshotArchiveOptions { CommitInterval = TimeSpan.FromMilliseconds(10), GiveUpAfter = TimeSpan.FromSeconds(30), MaxPending = 10 });
        var bad = archive.NewCamera();
        archive.OnIndex = call => call.Method is "AddAsync" && call.Argument<IReadOnlyList<Snapshot>>().Any(s => s.CameraKey == bad)
            ? throw new IndexUnavailableException("A page is damaged.", new IOException())
            : call.GoThrough();
        var refused = await Record.ExceptionAsync(async () =>
        {
            for (var second = 0; ; second++)
            {
                await archive.Archive.AppendAsync(
                    new NewSnapshot(bad, Ten.AddSeconds(second), PictureType.Jpeg, TestArchive.Picture()), Cancellation);
            }
        });
        Assert.IsType<ArchiveBusyException>(refused);
        await archive.PassTimeAsync(archive.SaveAsync(Ten));
        Assert.Equal([Ten], await archive.MomentsAsync());
    }

    [Fact]
    public async Task Taking_back_a_picture_harms_nothing_that_came_into_its_place()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        archive.OnIndex = call => call.Method is "AddAsync" or "TakeBackAsync"
            ? throw new IndexUnavailableException("dead", new IOException())
            : call.GoThrough();
        var saving = archive.SaveAsync(Ten);
        await archive.PassTimeAsync(saving);
        await Assert.ThrowsAnyAsync<IOException>(() => saving);
        await archive.Archive.DeletePackAsync(PackName.Of(archive.Camera, Ten), Cancellation);

        archive.OnIndex = call => call.Method is "TakeBackAsync"
            ? throw new IndexUnavailableException("dead", new IOException())
            : call.GoThrough();
        var bytes = TestArchive.Picture();
        var later = await archive.SaveAsync(Ten.AddSeconds(1), bytes);
        Assert.Equal(0, later.Address.Offset);

        archive.OnIndex = call => call.GoThrough();
        await archive.PassTimeAsync(archive.SaveAsync(Ten.AddSeconds(2)));
        archive.Clock.Advance(TimeSpan.FromSeconds(10));
        await archive.SaveAsync(Ten.AddSeconds(3));
        Assert.Equal(bytes, await archive.ReadAsync(later));
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task A_refused_picture_leaves_no_bytes()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        Snapshot? refused = null;
        archive.OnIndex = call => call.Method is "AddAsync" ? AddAfterRivalAsync(call) : call.GoThrough();
        await Assert.ThrowsAsync<SecondOccupiedException>(() => archive.SaveAsync(Ten));

        archive.OnIndex = call => call.GoThrough();
        await archive.PassTimeAsync(async () => await archive.ReadAsync(refused!) is null);
        Assert.DoesNotContain(await archive.FindingsAsync(), finding => finding.Kind == ArchiveFindingKind.RowMissing);

        // Another process has put a picture at the same moment into the index.
        async Task<IReadOnlyList<Snapshot>> AddAfterRivalAsync(InterposedCall call)
        {
            refused = call.Argument<IReadOnlyList<Snapshot>>()[0];
            var rival = refused with { Address = refused.Address with { Offset = 1 << 20 }, Hash = ContentHash.Of("rival"u8) };
            await archive.Index.AddAsync([rival], Cancellation);
            return await (Task<IReadOnlyList<Snapshot>>)call.GoThrough()!;
        }
    }

    [Fact]
    public async Task An_old_upload_does_not_hide_newer_pictures()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.SaveAsync(Ten);
        await archive.RestartAsync();
        await archive.UploadAsync(Ten.AddYears(-1));
        var moved = await archive.SaveAsync(Ten);
        Assert.Equal(Ten.AddMicroseconds(2), moved.TakenAt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_picture_whose_moment_is_not_free_tells_at_another_one_how_it_came(bool isRecorded)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var moment = isRecorded ? PictureMoments.Recorded(Ten.AddSeconds(0.5)) : PictureMoments.OnDemand(Ten.AddSeconds(0.5));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            Assert.Equal(isRecorded, (await archive.SaveAsync(moment)).IsRecorded);
        }

        Assert.Equal(3, (await archive.MomentsAsync()).Count);
    }

    [Fact]
    public async Task A_closed_archive_lets_callers_go()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.Archive.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => archive.SaveAsync(Ten).WaitAsync(Never, Cancellation));
        Assert.Empty(await archive.MomentsAsync());
    }

    private static async Task<bool> TrySaveAsync(TestArchive archive, DateTimeOffset takenAt)
    {
        try
        {
            await archive.SaveAsync(takenAt).WaitAsync(Never, Cancellation);
            return true;
        }
        catch (ArchiveBusyException)
        {
            return false;
        }
    }
}
