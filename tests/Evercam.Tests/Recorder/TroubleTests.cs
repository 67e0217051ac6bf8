using Evercam.Archive;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Evercam.Tests.Recorder;

/// <summary>Recorders whose clock, silo, database or disk does not do what one would wish. Each has a server of its own.</summary>
public sealed class TroubleTests : IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private FakeCameraHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await FakeCameraHost.StartAsync([camera], Cancellation);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_clock_that_is_set_back_stops_neither_recording_nor_live_pictures()
    {
        var clock = new SteppingClock();
        await using var app = await StartAsync(clock: clock);
        var stage = await SetAsync(app, Record);
        await Eventually.IsTrueAsync(() => camera.Pictures >= 3);
        clock.Step(TimeSpan.FromHours(-1));
        var before = camera.Pictures;
        await Eventually.IsTrueAsync(() => camera.Pictures >= before + 5);
        await Eventually.IsTrueAsync(async () => (await stage.Archive.SumAsync(stage.Key, Cancellation)).Pictures >= before + 3);

        await stage.ChangeAsync(c => c.Recording.Status = RecordingStatus.Off);
        var first = (await stage.Recorder.LiveAsync()).Picture!;
        clock.Step(TimeSpan.FromHours(-1));
        await Eventually.IsTrueAsync(async () => !ReferenceEquals((await stage.Recorder.LiveAsync()).Picture, first)
            && (await stage.Recorder.LiveAsync()).Picture!.FetchedAt < first.FetchedAt);
    }

    [Fact]
    public async Task A_failing_camera_is_asked_again_after_the_clock_was_set_back()
    {
        var clock = new SteppingClock();
        await using var app = await StartAsync(clock: clock);
        camera.Behaviour = Behaviour.ServerError;
        await SetAsync(app, Record);
        await Eventually.IsTrueAsync(() => camera.Requests >= 2);
        clock.Step(TimeSpan.FromHours(-1));
        camera.Behaviour = Behaviour.Normal;
        await Eventually.IsTrueAsync(() => camera.Pictures >= 3);
    }

    [Fact]
    public async Task A_camera_that_is_due_later_than_idle_recorders_are_put_away_is_not_forgotten()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Evercam:Recorder:OnlineCheck"] = "true",
            ["Evercam:Recorder:OnlineCheckInterval"] = "00:00:06",
        };
        await using var app = await StartAsync(settings, adjust: builder => builder.Services.Configure<GrainCollectionOptions>(idle =>
        {
            idle.CollectionQuantum = TimeSpan.FromSeconds(1);
            idle.CollectionAge = TimeSpan.FromSeconds(2);
        }));
        await SetAsync(app, _ => { });
        await Eventually.IsTrueAsync(() => camera.Requests >= 3);
    }

    [Fact]
    public async Task Of_two_changes_the_later_one_counts_however_slowly_the_first_is_read()
    {
        var slow = new SlowQuery();
        await using var app = await StartAsync(adjust: builder => builder.Services.AddSingleton<IInterceptor>(slow));
        var stage = await SetAsync(app, Record);
        await Eventually.IsTrueAsync(() => camera.Pictures >= 2);

        slow.HoldNext();
        var first = stage.Recorder.ReloadAsync();
        await slow.Held.Task;
        var second = stage.ChangeAsync(c => c.Recording.Status = RecordingStatus.Off);
        await Eventually.IsTrueAsync(async () => (await stage.FindCameraAsync())!.Recording.Status == RecordingStatus.Off);

        // The recorder answers in the order it is asked, and by now the second change would have been read, were it not made to wait.
        for (var upload = 1; upload <= 10; upload++)
        {
            await stage.UploadAsync(upload);
        }

        slow.LetGo.SetResult();
        await Task.WhenAll(first, second);
        var (last, same) = (-1L, 0);
        await Eventually.IsTrueAsync(() =>
        {
            same = camera.Requests == last ? same + 1 : 0;
            last = camera.Requests;
            return same >= 25;
        });
    }

    [Fact]
    public async Task A_deletion_that_a_crash_left_over_keeps_no_other_camera_from_being_recorded()
    {
        const long Gone = 1;
        var (ready, removed) = (new TaskCompletionSource(), new TaskCompletionSource<bool>());
        await using var app = await StartAsync(adjust: builder => builder.InterposeIndex(call => call.Method switch
        {
            "ListErasuresAsync" when !call.Has<long>() || call.Argument<long>() == Gone => NotedAsync(),
            "RemoveSomeAsync" => removed.Task,
            _ => call.GoThrough(),
        }));
        var owner = await Stage.AddUserAsync(app);
        await Stage.StoreAsync(app, db =>
        {
            var untold = CatalogRows.Camera(owner);
            Set(untold);
            Record(untold);
            db.Add(untold);
        });
        ready.SetResult();
        try
        {
            await Eventually.IsTrueAsync(() => camera.Pictures >= 3);
        }
        finally
        {
            removed.SetResult(false);
        }

        async Task<IReadOnlyList<Erasure>> NotedAsync()
        {
            await ready.Task;
            return removed.Task.IsCompleted ? [] : [new Erasure(1, Gone, null, null)];
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_that_could_not_be_read_is_read_as_soon_as_the_database_answers(bool isAwake)
    {
        var (dead, log) = (new DeadDatabase(), new LogLines<TroubleTests>());
        await using var app = await StartAsync(adjust: builder =>
        {
            builder.Logging.AddProvider(new OneLog(log));
            builder.Services.AddSingleton<IInterceptor>(dead);
        });

        // The start wakes every camera that it finds.
        await Eventually.IsTrueAsync(() => log.Lines.Any(line => line.Contains("cameras are to be watched", StringComparison.Ordinal)));
        var owner = await Stage.AddUserAsync(app);
        var row = CatalogRows.Camera(owner);
        Set(row);
        await Stage.StoreAsync(app, db => db.Add(row));
        var stage = new Stage(app, owner, row);
        if (isAwake)
        {
            await stage.Recorder.ReloadAsync();
        }

        await Stage.StoreAsync(app, db => Record(db.Cameras.Single(c => c.Key == row.Key)));
        dead.IsDead = true;
        await Assert.ThrowsAnyAsync<Exception>(stage.Recorder.ReloadAsync);
        if (!isAwake)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => stage.Recorder.LiveAsync());
            await Assert.ThrowsAnyAsync<Exception>(() => stage.Recorder.TakeAsync(null));
        }

        dead.IsDead = false;
        await Eventually.IsTrueAsync(() => camera.Pictures >= 3);
    }

    [Fact]
    public async Task A_failure_that_nobody_foresaw_is_logged_and_recording_goes_on()
    {
        var (log, left) = (new LogLines<TroubleTests>(), 3);
        await using var app = await StartAsync(adjust: builder =>
        {
            builder.Logging.AddProvider(new OneLog(log));
            builder.InterposePacks(call => call.Method is "AppendAsync" && Interlocked.Decrement(ref left) >= 0
                ? throw new InvalidOperationException("A bug.")
                : call.GoThrough());
        });
        var stage = await SetAsync(app, Record);
        await Eventually.IsTrueAsync(async () => (await stage.Archive.SumAsync(stage.Key, Cancellation)).Pictures >= 3);
        await Eventually.IsTrueAsync(() => log.Lines.Any(line =>
            line.StartsWith("Error: ", StringComparison.Ordinal) && line.Contains($"{stage.Key}", StringComparison.Ordinal)));
    }

    private static void Record(Camera camera) =>
        (camera.Recording.Status, camera.Recording.PicturesPerMinute) = (RecordingStatus.On, 600);

    private static Task<EvercamApp> StartAsync(
        Dictionary<string, string?>? settings = null, TimeProvider? clock = null, Action<WebApplicationBuilder>? adjust = null)
    {
        settings ??= [];
        settings.TryAdd("Evercam:Recorder:OnlineCheck", "false");
        settings["Evercam:Archive:CommitInterval"] = "00:00:00.050";
        settings["Evercam:Cameras:AnswerTimeout"] = "00:01:00";
        settings["Evercam:Cameras:Deadline"] = "00:01:00";
        return EvercamApp.StartAsync(settings, clock, adjust: adjust);
    }

    private Task<Stage> SetAsync(EvercamApp app, Action<Camera> adjust) => Stage.SetAsync(app, c =>
    {
        Set(c);
        adjust(c);
    });

    private void Set(Camera c) =>
        (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of(host.UrlOf(camera).AbsolutePath));

    /// <summary>Answers no question about cameras while it is dead.</summary>
    private sealed class DeadDatabase : DbCommandInterceptor
    {
        private volatile bool isDead;

        public bool IsDead
        {
            get => isDead;
            set => isDead = value;
        }

        public override ValueTask<InterceptionResult<System.Data.Common.DbDataReader>> ReaderExecutingAsync(
            System.Data.Common.DbCommand command, CommandEventData eventData,
            InterceptionResult<System.Data.Common.DbDataReader> result, CancellationToken cancellationToken = default) =>
            IsDead && command.CommandText.Contains("FROM \"cameras\"", StringComparison.Ordinal)
                ? throw new TimeoutException("It does not answer.")
                : ValueTask.FromResult(result);
    }

    /// <summary>Keeps the answer to the next recorder that reads its settings back, as a slow network would. Only recorders ask for a
    /// camera and its model; others, who hold cameras while they write, must not be held up.</summary>
    private sealed class SlowQuery : DbCommandInterceptor
    {
        private int hold;

        public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource LetGo { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void HoldNext() => hold = 1;

        public override async ValueTask<System.Data.Common.DbDataReader> ReaderExecutedAsync(
            System.Data.Common.DbCommand command, CommandExecutedEventData eventData, System.Data.Common.DbDataReader result,
            CancellationToken cancellationToken = default)
        {
            if (command.CommandText.Contains("FROM \"cameras\"", StringComparison.Ordinal)
                && command.CommandText.Contains(" JOIN ", StringComparison.Ordinal) && Interlocked.Exchange(ref hold, 0) == 1)
            {
                Held.SetResult();
                await LetGo.Task;
            }

            return result;
        }
    }

    private sealed class OneLog(ILogger log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
        }
    }
}
