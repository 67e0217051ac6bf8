using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Recorder;

/// <summary>What becomes of changes that contradict what a clock wrote which was far ahead.</summary>
public sealed class CoverageBookTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    private readonly SetClock clock = new();
    private readonly LogLines<CoverageBook> log = new();
    private int slept;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => clock.GetUtcNow();

    [Fact]
    public async Task They_are_written_when_the_clock_is_proven_and_others_keep_what_they_have()
    {
        await using var archive = new TestArchive(storage);
        var (camera, other) = (await AddCameraAsync(), await AddCameraAsync());
        using var book = await OpenAsync(archive);
        var (offline, off) = (Now, Now + Step);
        book.Tell(camera, CoverageStatus.Offline, offline);
        await IsDoubtedAsync();
        book.Tell(camera, CoverageStatus.Off, off);
        await PassAsync(async () => (await FactsAsync(camera)).Count > 1);
        Assert.Equal([(offline, CoverageStatus.Offline), (off, CoverageStatus.Off)], await FactsAsync(camera));
        Assert.Equal(CoverageStatus.Recorded, Assert.Single(await FactsAsync(other)).Status);
        Assert.InRange(Now - offline, TimeSpan.FromHours(1), TimeSpan.FromHours(2));

        // From there on it is as ever: they are not written once more.
        book.Tell(camera, CoverageStatus.Unauthorized, Now);
        await PassAsync(async () => (await FactsAsync(camera)).Count > 2);
        var complaints = log.Lines.Count;
        await PassAsync();
        await PassAsync();
        await PassAsync();
        Assert.Equal(complaints, log.Lines.Count);
        await book.StopAsync(Cancellation);
    }

    [Fact]
    public async Task They_are_forgotten_when_the_clock_is_set_meanwhile()
    {
        await using var archive = new TestArchive(storage);
        var camera = await AddCameraAsync();
        using var book = await OpenAsync(archive);
        book.Tell(camera, CoverageStatus.Offline, Now);
        await IsDoubtedAsync();
        clock.Set(TimeSpan.FromHours(3));
        await PassAsync();
        await PassAsync();
        var off = Now;
        book.Tell(camera, CoverageStatus.Off, off);
        await PassAsync(async () => await FactsAsync(camera) is [{ Status: CoverageStatus.Off }] or [_, _]);
        Assert.Equal([(off, CoverageStatus.Off)], await FactsAsync(camera));
        await book.StopAsync(Cancellation);
    }

    private async Task<CoverageBook> OpenAsync(TestArchive archive)
    {
        var book = new CoverageBook(
            archive.NewRetention(new()), storage.Services.GetRequiredService<IDbContextFactory<EvercamDb>>(), clock, log);
        await book.StartAsync(Cancellation);
        return book;
    }

    /// <summary>A camera that was recorded, by a clock that was a month ahead.</summary>
    private async Task<long> AddCameraAsync()
    {
        await using var db = storage.OpenCatalog();
        var owner = CatalogRows.User();
        db.Add(owner);
        await db.SaveChangesAsync(Cancellation);
        var camera = CatalogRows.Camera(owner);
        db.Add(camera);
        await db.SaveChangesAsync(Cancellation);
        db.Add(new CoverageFact { CameraKey = camera.Key, Since = Now.AddDays(30).ToUnixTimeSeconds(), Status = CoverageStatus.Recorded });
        await db.SaveChangesAsync(Cancellation);
        return camera.Key;
    }

    private Task IsDoubtedAsync() =>
        PassAsync(() => Task.FromResult(log.Lines.Any(line => line.Contains("Is it right?", StringComparison.Ordinal))));

    private async Task PassAsync(Func<Task<bool>> until)
    {
        for (var steps = 0; !await until(); steps++)
        {
            Assert.InRange(steps, 0, 100);
            await PassAsync();
        }
    }

    /// <summary>Lets some time pass while the book sleeps: it looks at the clock and at a stop watch, and must not see only one of them
    /// go on.</summary>
    private async Task PassAsync()
    {
        await Eventually.IsTrueAsync(() => clock.Sleeps > slept);
        slept = clock.Sleeps;
        clock.Advance(Step);
    }

    private async Task<List<(DateTimeOffset Since, CoverageStatus Status)>> FactsAsync(long camera)
    {
        await using var db = storage.OpenCatalog();
        var facts = await db.Coverage.AsNoTracking().Where(fact => fact.CameraKey == camera).OrderBy(fact => fact.Since).ToListAsync(Cancellation);
        return [.. facts.Select(fact => (DateTimeOffset.FromUnixTimeSeconds(fact.Since), fact.Status))];
    }

    /// <summary>A clock that somebody sets. Timers and stop watches do not notice.</summary>
    private sealed class SetClock() : FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero))
    {
        private long setTicks;
        private int sleeps;

        /// <summary>How often somebody went to sleep by it.</summary>
        public int Sleeps => Volatile.Read(ref sleeps);

        public void Set(TimeSpan by) => Interlocked.Add(ref setTicks, by.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref setTicks));

        public override long GetTimestamp() => base.GetUtcNow().Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref sleeps);
            return timer;
        }
    }
}
