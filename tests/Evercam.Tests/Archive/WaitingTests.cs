using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Recording goes on while something else of its camera waits for the database.</summary>
public sealed class WaitingTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
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

    private static async Task RecordAsync(TestArchive archive, DateTimeOffset takenAt)
    {
        var recorded = archive.Archive.AppendAsync(
            new NewSnapshot(archive.Camera, takenAt, PictureType.Jpeg, TestArchive.Picture()), Cancellation);
        await archive.PassTimeAsync(recorded);
        var durable = (await recorded).Durable;
        await archive.PassTimeAsync(durable);
        await durable;
    }
}
