using System.Runtime.CompilerServices;
using Evercam.Archive;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Series;

/// <summary>Makes the time-lapses that were ordered, one after the other.</summary>
internal sealed partial class TimelapseWorker(
    Timelapses timelapses,
    TimelapseFolder folder,
    SnapshotArchive archive,
    SeriesFinder finder,
    VideoMaker maker,
    IDbContextFactory<EvercamDb> catalogs,
    IOptions<SeriesOptions> options,
    TimeProvider clock,
    ILogger<TimelapseWorker> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait for a database that is away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Before anybody can ask for one.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            timelapses.Start();
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(reason);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await MakeNextAsync(stoppingToken);
            }
            catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
            {
                // The disk takes no notes; it may in a while.
                LogUnnoted(reason);
                await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task MakeNextAsync(CancellationToken cancellation)
    {
        var (timelapse, run) = await timelapses.NextAsync(cancellation);
        using (run)
        {
            if (await TryMakeAsync(timelapse, run) is { } result)
            {
                timelapses.End(run, result);
                return;
            }

            timelapses.PutBack(run);
        }

        // The others need the database, too.
        await Task.Delay(Patience, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <returns>What became of it; <see langword="null"/> if the database is away, so that it can be tried again.</returns>
    private async Task<Func<Timelapse, Timelapse>?> TryMakeAsync(Timelapse timelapse, TimelapseRun run)
    {
        try
        {
            var frames = await MakeAsync(timelapse, run);
            var bytes = folder.Finish(timelapse.Id, run.Shown);
            return made => made with { Status = TimelapseStatus.Done, Frames = frames, Bytes = bytes };
        }
        catch (ApiException refusal)
        {
            return Failed(refusal.Message);
        }
        catch (OperationCanceledException) when (run.Over.IsCancellationRequested)
        {
            return Failed("The server was stopped while it was made");
        }
        catch (Exception reason) when (reason is IndexUnavailableException || reason.IsDatabaseUnavailable())
        {
            LogPutBack(timelapse.Id);
            return null;
        }
#pragma warning disable CA1031 // The next one is made, whatever became of this one.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            LogFailed(timelapse.Id, reason);
            return Failed("It could not be made: the server's log says why");
        }
        finally
        {
            File.Delete(folder.UnfinishedOf(timelapse.Id));
        }

        static Func<Timelapse, Timelapse> Failed(string reason) =>
            timelapse => timelapse.Failed(reason);
    }

    /// <returns>How many pictures it shows.</returns>
    private async Task<int> MakeAsync(Timelapse timelapse, TimelapseRun run)
    {
        var (plan, form) = SeriesRules.Check(timelapse.Order, await FindCameraAsync(timelapse.CameraKey, run.Over), options.Value);
        run.Expect(plan.Steps.Count);
        await using var film = await Film.OpenAsync(archive, PicturesAsync(plan, run, run.Over), form.Width, run.Over)
            ?? throw ApiException.NotFound("No picture was kept near any of its moments");
        await maker.SaveAsync(film, form.PerSecond, folder.UnfinishedOf(timelapse.Id), run.Over);
        return film.Frames;
    }

    /// <exception cref="ApiException">It was deleted.</exception>
    private async Task<CameraFacts> FindCameraAsync(long key, CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var camera = await db.Cameras.AsNoTracking().Include(c => c.Shares).SingleOrDefaultAsync(c => c.Key == key, cancellation);
        return camera is null ? throw ApiException.NotFound("Camera does not exist") : CameraFacts.Of(camera);
    }

    private async IAsyncEnumerable<Snapshot> PicturesAsync(
        SeriesPlan plan, TimelapseRun run, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (_, picture) in finder.FindAsync(plan, cancellation))
        {
            run.Take();
            var file = new FileInfo(folder.UnfinishedOf(run.Id));
            if (file.Exists && file.Length > options.Value.KeepBytes)
            {
                throw ApiException.Incapable("It is larger than the videos that this server keeps");
            }

            if (picture is not null)
            {
                run.Show(picture.TakenAt);
                yield return picture;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Time-lapse {Timelapse} could not be made")]
    private partial void LogFailed(string timelapse, Exception reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Time-lapse {Timelapse} waits: the database is not available")]
    private partial void LogPutBack(string timelapse);

    [LoggerMessage(Level = LogLevel.Error, Message = "The time-lapses that were made before cannot be read")]
    private partial void LogUnreadable(Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "What became of a time-lapse cannot be noted; the next minute tries again")]
    private partial void LogUnnoted(Exception reason);
}
