using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Series;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Series;

/// <summary>What is left of time-lapses when the server starts again, whatever ended it; and what goes when there is no more room.</summary>
public sealed partial class TimelapseFolderTests(SqliteApp shared) : IClassFixture<SqliteApp>, IDisposable
{
    private static readonly VideoRequest Order = new(new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "1d", "12:00"), 24, null);

    private readonly TempFolder data = new();
    private readonly List<Timelapses> started = [];
    private readonly FakeTimeProvider clock = new(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(data.Path, "timelapses");

    [Fact]
    public async Task What_waits_waits_on_and_what_was_being_made_has_failed()
    {
        var actor = new Actor(7, 8, null);
        var before = Start();
        var begun = before.Order(1, Order, actor);
        var waiting = before.Order(1, Order, actor);
        await before.NextAsync(Cancellation);
        await File.WriteAllTextAsync(OfDisk.UnfinishedOf(begun.Id), "half a video", Cancellation);

        var after = Start();
        Assert.Equal([waiting.Id, begun.Id], after.List(ViewOf(1, actor), TimelapsesRequest.First).Select(timelapse => timelapse.Id));
        var failed = after.Find(begun.Id, ViewOf(1, actor))!;
        Assert.Equal((TimelapseStatus.Failed, "The server was stopped while it was made"), (failed.Status, failed.Reason));
        Assert.Equal(Order, failed.Order);
        Assert.False(File.Exists(OfDisk.UnfinishedOf(begun.Id)));
        Assert.Equal(waiting.Id, (await after.NextAsync(Cancellation)).Timelapse.Id);
        Assert.Null(after.Find(begun.Id, ViewOf(1, new Actor(7, null, null))));
        Assert.Null(after.Find(begun.Id, ViewOf(2, actor)));
    }

    [Fact]
    public async Task What_the_disk_does_not_let_begin_waits_on()
    {
        var timelapses = Start();
        var waiting = timelapses.Order(1, Order, new Actor(7, null, null));
        var inTheWay = Directory.CreateDirectory(Path.Combine(Folder, $"{waiting.Id}.json.unfinished"));
        await Assert.ThrowsAnyAsync<IOException>(() => timelapses.NextAsync(Cancellation));
        Assert.Equal(TimelapseStatus.Waiting, Assert.Single(timelapses.ListAll()).Status);
        inTheWay.Delete();
        Assert.Equal(waiting.Id, (await timelapses.NextAsync(Cancellation)).Timelapse.Id);
    }

    [Fact]
    public async Task What_belongs_to_no_note_goes_and_a_note_that_is_torn_holds_up_nothing()
    {
        var actor = new Actor(7, null, null);
        var before = Start();
        var (kept, torn) = (before.Order(1, Order, actor), before.Order(1, Order, actor));
        await File.WriteAllTextAsync(Path.Combine(Folder, $"{torn.Id}.json"), "{\"Id\":", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Folder, $"{torn.Id}.mp4"), "", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Folder, "other.json"), "{}", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Folder, $"{kept.Id}.json.unfinished"), "{", Cancellation);
        Assert.Equal(kept.Id, Assert.Single(Start().ListAll()).Id);
        Assert.Equal([$"{kept.Id}.json"], Directory.EnumerateFiles(Folder).Select(Path.GetFileName));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
    }

    [Fact]
    public async Task The_oldest_go_when_all_take_too_much_room()
    {
        var joe = await shared.App.AddUserAsync(Storage.CatalogRows.Fresh("joe"));
        var camera = await shared.App.AddCameraAsync(Storage.CatalogRows.Fresh("door-"), joe);
        var actor = new Actor(joe.Key, null, null);
        var timelapses = Start();
        foreach (var megabytes in new[] { 300, 100, 400, 500 })
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            timelapses.Order(camera, Order, actor);
            var (_, run) = await timelapses.NextAsync(Cancellation);
            timelapses.End(run, made => made with { Status = TimelapseStatus.Done, Bytes = megabytes * 1_000_000 });
        }

        await CleanAsync(timelapses);
        Assert.Equal([100, 400, 500], timelapses.ListAll().Select(one => one.Bytes / 1_000_000));
    }

    [Fact]
    public async Task Whoever_takes_most_room_gives_up_the_oldest()
    {
        var (joe, ann) = (await shared.App.AddUserAsync(Storage.CatalogRows.Fresh("joe")), await shared.App.AddUserAsync(Storage.CatalogRows.Fresh("ann")));
        var camera = await shared.App.AddCameraAsync(Storage.CatalogRows.Fresh("door-"), joe);
        var timelapses = Start();
        foreach (var (who, megabytes) in new[] { (ann, 400), (joe, 100), (joe, 200), (joe, 500), (ann, 1) })
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            timelapses.Order(camera, Order, new Actor(who.Key, null, null));
            var (_, run) = await timelapses.NextAsync(Cancellation);
            timelapses.End(run, made => made with { Status = TimelapseStatus.Done, Bytes = megabytes * 1_000_000 });
        }

        await CleanAsync(timelapses);
        Assert.Equal([400, 500, 1], timelapses.ListAll().Select(one => one.Bytes / 1_000_000));
    }

    [Fact]
    public async Task Callers_take_turns_however_many_each_of_them_ordered()
    {
        var (joe, ann, bob) = (new Actor(1, null, null), new Actor(2, null, null), new Actor(null, 3, null));
        var timelapses = Start();
        foreach (var actor in new[] { joe, joe, joe, ann, ann, bob })
        {
            timelapses.Order(1, Order, actor);
        }

        var turns = new List<long?>();
        while (turns.Count < 5)
        {
            await NextAsync();
        }

        timelapses.Order(1, Order, bob);
        timelapses.Order(1, Order, joe);
        await NextAsync();
        await NextAsync();
        await NextAsync();
        Assert.Equal([1, 2, 3, 1, 2, 3, 1, 1], turns);

        async Task NextAsync()
        {
            var (next, run) = await timelapses.NextAsync(Cancellation);
            timelapses.End(run, made => made with { Status = TimelapseStatus.Done });
            turns.Add(next.UserKey ?? next.ClientKey);
        }
    }

    [Fact]
    public void A_folder_that_takes_nothing_is_told()
    {
        using var timelapses = new Timelapses(
            new(Options.Create(new StorageOptions { DataDirectory = "/sys" }), NullLogger<TimelapseFolder>.Instance),
            clock,
            NullLogger<Timelapses>.Instance);
        Assert.Equal(503, Assert.Throws<ApiException>(() => timelapses.Order(1, Order, new Actor(7, null, null))).Status);
        Assert.Empty(timelapses.ListAll());
    }

    [Fact]
    public async Task Of_those_that_failed_a_hundred_of_a_caller_stay()
    {
        var (joe, ann) = (await shared.App.AddUserAsync(Storage.CatalogRows.Fresh("joe")), await shared.App.AddUserAsync(Storage.CatalogRows.Fresh("ann")));
        var camera = await shared.App.AddCameraAsync(Storage.CatalogRows.Fresh("door-"), joe);
        var timelapses = Start();
        var orders = new List<string>();
        for (var order = 0; order < 102; order++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            orders.Add(timelapses.Order(camera, Order, new Actor(order == 0 ? ann.Key : joe.Key, null, null)).Id);
            var (_, run) = await timelapses.NextAsync(Cancellation);
            timelapses.End(run, made => made with { Status = TimelapseStatus.Failed });
        }

        await CleanAsync(timelapses);
        Assert.Equal([orders[0], .. orders[2..]], timelapses.ListAll().Select(one => one.Id));
    }

    [Fact]
    public void One_caller_does_not_fill_the_queue_and_all_together_do_not_either()
    {
        var timelapses = Start();
        for (var caller = 0; caller < 10; caller++)
        {
            for (var order = 0; order < 10; order++)
            {
                timelapses.Order(1, Order, new Actor(caller, null, null));
            }

            Assert.Equal(429, Assert.Throws<ApiException>(() => timelapses.Order(2, Order, new Actor(caller, null, null))).Status);
        }

        Assert.Equal(503, Assert.Throws<ApiException>(() => timelapses.Order(2, Order, new Actor(99, null, null))).Status);
    }

    public void Dispose()
    {
        started.ForEach(timelapses => timelapses.Dispose());
        data.Dispose();
    }

    private TimelapseFolder OfDisk =>
        new(Options.Create(new StorageOptions { DataDirectory = data.Path }), NullLogger<TimelapseFolder>.Instance);

    private static TimelapseView ViewOf(long camera, Actor actor) => new(camera, Orderer.Of(actor));

    private Timelapses New() => new(OfDisk, clock, NullLogger<Timelapses>.Instance);

    private Timelapses Start()
    {
        started.Add(New());
        started[^1].Start();
        return started[^1];
    }

    private async Task CleanAsync(Timelapses timelapses)
    {
        using var upkeep = new TimelapseUpkeep(
            timelapses,
            shared.App.Services.GetRequiredService<IDbContextFactory<EvercamDb>>(),
            Options.Create(new SeriesOptions { KeepBytes = 1_000_000_000 }),
            clock,
            NullLogger<TimelapseUpkeep>.Instance);
        await upkeep.RunAsync(Cancellation);
    }
}
