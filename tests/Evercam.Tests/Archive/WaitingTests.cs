using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Recording goes on while something else of its camera waits for the database.</summary>
public class WaitingTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Recording_does_not_wait_for_what_waits_for_the_database(bool isGivenUp)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.SaveAsync(Ten);
        var isDown = isGivenUp;
        var answering = new TaskCompletionSource();
        archive.OnIndex = call => call.Method switch
        {
            "AddAsync" when isDown => throw new IndexUnavailableException("It is locked.", new IOException()),
            "AwaitReadyAsync" => call.GoThroughAfterAsync(answering.Task),
            "RemoveAsync" or "TakeBackAsync" => call.GoThroughAfterAsync<IReadOnlyList<Erasure>>(answering.Task),
            _ => call.GoThrough(),
        };
        Task waiting = archive.Archive.DeleteAsync(archive.Camera, Ten, Ten.AddSeconds(1), Cancellation);
        if (isGivenUp)
        {
            var upload = archive.UploadAsync(Ten.AddSeconds(1));
            await archive.PassTimeAsync(upload);
            await Assert.ThrowsAnyAsync<IOException>(() => upload);
            isDown = false;
        }

        for (var second = 2; second < 6; second++)
        {
            await RecordAsync(archive, Ten.AddSeconds(second));
        }

        answering.SetResult();
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task Recording_does_not_wait_for_an_upload_whose_second_nobody_knows_of()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.SaveAsync(Ten);
        var answering = new TaskCompletionSource();
        archive.OnIndex = call => call.Method is "ListAsync"
            ? call.GoThroughAfterAsync<IReadOnlyList<Snapshot>>(answering.Task)
            : call.GoThrough();
        var upload = archive.UploadAsync(Ten.AddMinutes(1));
        await RecordAsync(archive, Ten.AddMinutes(2));
        answering.SetResult();
        await ((Task)upload).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task Recording_goes_on_into_the_next_hour_without_the_database()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.SaveAsync(Ten);
        archive.OnIndex = _ => throw new IndexUnavailableException("It is down.", new IOException());
        var recorded = await archive.Archive.AppendAsync(
            new NewSnapshot(archive.Camera, Ten.AddHours(1), PictureType.Jpeg, TestArchive.Picture()), Cancellation);
        archive.OnIndex = call => call.GoThrough();
        await archive.PassTimeAsync(recorded.Durable);
        Assert.Equal([Ten, Ten.AddHours(1)], await archive.MomentsAsync());
        Assert.Empty(await archive.FindingsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Recording_goes_on_without_the_database_also_when_an_upload_lies_ahead_of_the_clock(bool isSilent)
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.SaveAsync(Ten);
        var ahead = Ten.AddDays(30);
        await archive.UploadAsync(ahead);
        var answering = new TaskCompletionSource();
        archive.OnIndex = call => isSilent && call.Method is "ListAsync" or "AddAsync"
            ? call.GoThroughAfterAsync<IReadOnlyList<Snapshot>>(answering.Task)
            : throw new IndexUnavailableException("It is down.", new IOException());
        DateTimeOffset[] moments = [Ten.AddSeconds(1), Ten.AddSeconds(1), Ten.AddSeconds(2), Ten.AddHours(1)];
        var durables = new List<Task>();
        foreach (var moment in moments)
        {
            durables.Add(await AppendAsync(archive, moment));
        }

        archive.OnIndex = call => call.GoThrough();
        answering.SetResult();
        await archive.PassTimeAsync(Task.WhenAll(durables));
        await Task.WhenAll(durables);
        moments[1] = moments[1].AddMicroseconds(2);
        Assert.Equal([Ten, .. moments, ahead], await archive.MomentsAsync());
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task Recording_goes_on_without_the_database_also_when_nobody_has_looked_yet_what_is_newest()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.UploadAsync(Ten);
        archive.OnIndex = _ => throw new IndexUnavailableException("It is down.", new IOException());
        var durable = await AppendAsync(archive, Ten.AddSeconds(1));
        archive.OnIndex = call => call.GoThrough();
        await archive.PassTimeAsync(durable);
        await durable;
        Assert.Equal([Ten, Ten.AddSeconds(1)], await archive.MomentsAsync());
    }

    [Fact]
    public async Task A_picture_that_was_recorded_without_the_database_takes_no_others_moment()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.SaveAsync(Ten);
        var uploaded = TestArchive.Picture();
        var first = await archive.UploadAsync(Ten.AddMinutes(1), uploaded);
        archive.OnIndex = _ => throw new IndexUnavailableException("It is down.", new IOException());
        var durable = await AppendAsync(archive, first.TakenAt);
        archive.OnIndex = call => call.GoThrough();
        await archive.PassTimeAsync(durable);
        await Assert.ThrowsAsync<SecondOccupiedException>(() => durable);
        Assert.Equal(uploaded, await archive.ReadAsync((await archive.Archive.FindLatestAsync(archive.Camera, Cancellation))!));
    }

    /// <returns>Ends when the picture is durable.</returns>
    private static async Task<Task> AppendAsync(TestArchive archive, DateTimeOffset takenAt)
    {
        var recorded = archive.Archive.AppendAsync(
            new NewSnapshot(archive.Camera, takenAt, PictureType.Jpeg, TestArchive.Picture()), Cancellation);
        await archive.PassTimeAsync(recorded);
        return (await recorded).Durable;
    }

    private static async Task RecordAsync(TestArchive archive, DateTimeOffset takenAt)
    {
        var durable = await AppendAsync(archive, takenAt);
        await archive.PassTimeAsync(durable);
        await durable;
    }
}
