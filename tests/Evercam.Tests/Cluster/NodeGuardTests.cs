using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.Cluster;

/// <summary>What a server does for the cameras that it has, and for those that others could have. The recorders and the other server are
/// those of a play; the database is not.</summary>
public sealed class NodeGuardTests(PostgresStorage storage) : IClassFixture<PostgresStorage>, IAsyncLifetime
{
    private const int Cameras = 6;

    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan PauseOfSharing = TimeSpan.FromSeconds(10);
    private static int generation;

    private readonly SiloAddress self = SiloAddress.New(IPAddress.Loopback, 1, Interlocked.Increment(ref generation));
    private readonly SiloAddress other = SiloAddress.New(IPAddress.Loopback, 2, Interlocked.Increment(ref generation));
    private readonly ConcurrentQueue<(long Camera, string Server, int Kept)> moved = [];
    private readonly ConcurrentQueue<long> woken = [];
    private readonly ConcurrentQueue<long> letGo = [];
    private readonly List<long> cameras = [];
    private IDbContextFactory<EvercamDb> catalogs = null!;
    private ServiceProvider services = null!;
    private NodeTenures tenures = null!;
    private SnapshotArchive archive = null!;
    private IGrainFactory grains = null!;
    private volatile bool arePacksAway;
    private volatile int refused;
    private volatile int asleep;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        catalogs = storage.Services.GetRequiredService<IDbContextFactory<EvercamDb>>();
        services = new ServiceCollection().AddSingleton(Interposed.Around<ILocalSiloDetails>(null!, _ => self)).BuildServiceProvider();
        tenures = new NodeTenures(catalogs, services, TimeProvider.System);
        tenures.Serve();
        archive = new SnapshotArchive(
            Interposed.Around(storage.Services.GetRequiredService<IPackStore>(), AnswerPacks), storage.Index, new SnapshotArchiveOptions(), TimeProvider.System,
            NullLogger<SnapshotArchive>.Instance, tenures);
        await archive.StartAsync(Cancellation);
        grains = Interposed.Around<IGrainFactory>(null!, call => RecorderOf(call.Argument<long>()));
        await using var db = await catalogs.CreateDbContextAsync(Cancellation);
        var owner = CatalogRows.User();
        db.Add(owner);
        await db.SaveChangesAsync(Cancellation);
        for (var i = 0; i < Cameras; i++)
        {
            var camera = CatalogRows.Camera(owner);
            db.Add(camera);
            await db.SaveChangesAsync(Cancellation);
            cameras.Add(camera.Key);
            tenures.Begin(camera.Key, (await tenures.TakeAsync(camera.Key, Cancellation)).Number);
        }

        await db.BeatAsync(other.ToParsableString(), isFirst: true, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        arePacksAway = false;
        await archive.DisposeAsync();
        tenures.Dispose();
        await services.DisposeAsync();
    }

    [Fact]
    public async Task While_the_packs_are_away_no_camera_goes_to_another_server()
    {
        arePacksAway = true;
        var waiting = archive.SaveAsync(PictureOf(cameras[0]), Cancellation);
        await Eventually.IsTrueAsync(() => archive.ArePacksAway);
        await ShareAsync();
        Assert.Empty(moved);
        arePacksAway = false;
        await waiting;
        await Eventually.IsTrueAsync(() => !archive.ArePacksAway);
        await ShareAsync();
        Assert.Equal(Cameras / 2, moved.Count);
    }

    [Fact]
    public async Task What_waits_of_a_camera_is_kept_before_it_goes()
    {
        foreach (var camera in cameras)
        {
            await archive.AppendAsync(PictureOf(camera), Cancellation);
        }

        await ShareAsync();
        Assert.Equal(Cameras / 2, moved.Select(move => move.Camera).Distinct().Count());
        Assert.All(moved, move => Assert.Equal((other.ToParsableString(), 1), (move.Server, move.Kept)));
    }

    [Fact]
    public async Task Who_had_a_camera_that_is_gone_is_forgotten()
    {
        var gone = CameraKeys.Next(TimeProvider.System);
        Assert.True((await tenures.TakeAsync(gone, Cancellation)).IsNew);
        await ShareAsync();
        await using var db = await catalogs.CreateDbContextAsync(Cancellation);
        var held = await db.BeatAsync(tenures.Name, isFirst: false, Cancellation);
        Assert.Equal(cameras.Order(), held!.Keys.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_remembered_of_a_camera_that_another_server_has_taken(bool isRefusedFirst)
    {
        refused = isRefusedFirst ? 2 : 0;
        await archive.AppendAsync(PictureOf(cameras[1]), Cancellation);
        await using (var db = await catalogs.CreateDbContextAsync(Cancellation))
        {
            await db.TakeTenureAsync(cameras[1], other.ToParsableString(), Cancellation);
        }

        using var guard = NewGuard(TimeProvider.System);
        await guard.StartAsync(Cancellation);
        await Eventually.IsTrueAsync(() => letGo.Contains(cameras[1]));
        await Eventually.IsTrueAsync(() => archive.Waiting == 0);
        await guard.StopAsync(Cancellation);
        Assert.Equal([cameras[1]], letGo);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_recorder_that_fell_asleep_is_woken_until_it_is_awake(int inVain)
    {
        asleep = inVain;
        tenures.FellAsleep(cameras[2]);
        using var guard = NewGuard(TimeProvider.System);
        await guard.StartAsync(Cancellation);
        await Eventually.IsTrueAsync(() => woken.Count(camera => camera == cameras[2]) > inVain);
        await guard.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_could_not_begin_with_a_camera_is_woken_unless_another_server_has_it(bool isTaken)
    {
        var camera = CameraKeys.Next(TimeProvider.System);
        Assert.True((await tenures.TakeAsync(camera, Cancellation)).IsNew);
        if (isTaken)
        {
            await using var db = await catalogs.CreateDbContextAsync(Cancellation);
            await db.TakeTenureAsync(camera, other.ToParsableString(), Cancellation);
        }

        await tenures.BeatAsync(Cancellation);
        tenures.FellAsleep(camera);
        Assert.Equal(isTaken ? [] : [camera], tenures.TakeFallenAsleep());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_camera_that_had_a_later_tenure_by_its_packs_is_taken_anew_behind_that(bool isAnswerLost)
    {
        if (isAnswerLost)
        {
            // The database did it, and this server does not know.
            await using var db = await catalogs.CreateDbContextAsync(Cancellation);
            Assert.True(await db.SurpassAsync(cameras[3], tenures.Name, own: 1, given: 7, Cancellation));
        }

        tenures.WasSurpassed(cameras[3], 7);
        using var guard = NewGuard(TimeProvider.System);
        await guard.StartAsync(Cancellation);
        await Eventually.IsTrueAsync(() => woken.Contains(cameras[3]));
        await guard.StopAsync(Cancellation);
        Assert.Null(tenures.Of(cameras[3]));
        var taken = await tenures.TakeAsync(cameras[3], Cancellation);
        Assert.Equal((8, true), (taken.Number, taken.IsNew));
    }

    /// <summary>Lets the server give away what is more than its share, once.</summary>
    private async Task ShareAsync()
    {
        var pauses = new Pauses();
        using var guard = NewGuard(pauses);
        await guard.StartAsync(Cancellation);
        await Eventually.IsTrueAsync(() => pauses.Asked.Contains(PauseOfSharing));
        await guard.StopAsync(Cancellation);
    }

    private NodeGuard NewGuard(TimeProvider clock)
    {
        var both = new[] { self, other }.ToImmutableDictionary(silo => silo, silo => new ClusterMember(silo, SiloStatus.Active, $"{silo}"));
        return new NodeGuard(
            tenures,
            archive,
            new RecorderWaker(grains, NullLogger<RecorderWaker>.Instance),
            grains,
            Interposed.Around<IClusterMembershipService>(null!, _ => new ClusterMembershipSnapshot(both, new MembershipVersion(1))),
            Interposed.Around<IMembershipTable>(null!, _ => throw new TimeoutException()),
            catalogs,
            clock,
            NullLogger<NodeGuard>.Instance);
    }

    private IRecorder RecorderOf(long camera) => Interposed.Around<IRecorder>(null!, call => AnswerAsync(camera, call));

    private async Task AnswerAsync(long camera, InterposedCall call)
    {
        if (call.Method == nameof(IRecorder.MoveAsync))
        {
            var kept = await archive.ListAsync(camera, Ten, Ten.AddHours(1), 10, Cancellation);
            moved.Enqueue((camera, call.Argument<string>(), kept.Count));
        }
        else
        {
            woken.Enqueue(camera);
            if (camera == cameras[2] && asleep > 0)
            {
                asleep--;
                throw new TimeoutException("It sleeps.");
            }
        }
    }

    /// <summary>Packs as they are in a bucket, which is here or away: pictures gather for so long that none is kept unless somebody asks
    /// for it.</summary>
    private object? AnswerPacks(InterposedCall call) => call.Method switch
    {
        "get_GathersFor" => TimeSpan.FromHours(1),
        nameof(IPackStore.FlushAsync) when arePacksAway => Task.FromException(new PacksNotDurableException(
            call.Argument<IReadOnlyCollection<PackName>>().ToDictionary(pack => pack, IOException (_) => new PacksUnavailableException("Away.")))),
        nameof(IPackStore.LetGoAsync) => LetGo(call),
        _ => call.GoThrough(),
    };

    private object? LetGo(InterposedCall call)
    {
        if (refused > 0)
        {
            refused--;
            throw new PacksUnavailableException("Away.");
        }

        letGo.Enqueue(call.Argument<long>());
        return call.GoThrough();
    }

    private static NewSnapshot PictureOf(long camera) => new(camera, Ten, PictureType.Jpeg, TestArchive.Picture());

    /// <summary>The time that there is, and which pauses were asked of it.</summary>
    private sealed class Pauses : TimeProvider
    {
        public ConcurrentQueue<TimeSpan> Asked { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Asked.Enqueue(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
