using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Series;

/// <summary>Once a minute: reads the notes that the disk did not give before, and deletes the time-lapses that are older than they are kept, the oldest of those that take too much room
/// or are too many of one caller, and those of cameras, users and clients that are gone.</summary>
internal sealed partial class TimelapseUpkeep(
    Timelapses timelapses,
    IDbContextFactory<EvercamDb> catalogs,
    IOptions<SeriesOptions> options,
    TimeProvider clock,
    ILogger<TimelapseUpkeep> log) : BackgroundService
{
    /// <summary>How many that have ended are kept of one who ordered them: one that failed takes no room by its bytes.</summary>
    private const int MostOfOne = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Does it now.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        timelapses.ReadAgain();
        Delete(await OrphansAsync(timelapses.ListAll(), cancellation));
        DeleteOld();
        DeleteMany();
        DeleteLarge();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The next minute tries again, whatever failed.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(reason);
            }

            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<Timelapse> Ended =>
        [.. timelapses.ListAll().Where(timelapse => timelapse.EndedAt is not null).OrderBy(timelapse => timelapse.EndedAt)];

    private void DeleteOld()
    {
        var before = clock.GetUtcNow().AddDays(-options.Value.KeepDays);
        Delete(Ended.Where(timelapse => timelapse.EndedAt < before));
    }

    private void DeleteMany() => Delete(Ended.GroupBy(timelapse => timelapse.By).SelectMany(ofOne => ofOne.SkipLast(MostOfOne)));

    /// <summary>While all take too much room, whoever takes most gives up the oldest: nobody pushes out what is another's fair share.</summary>
    private void DeleteLarge()
    {
        var left = Ended.GroupBy(timelapse => timelapse.By).Select(ofOne => new Queue<Timelapse>(ofOne)).ToList();
        while (left.Sum(Bytes) > options.Value.KeepBytes)
        {
            Delete([left.MaxBy(Bytes)!.Dequeue()]);
        }

        static long Bytes(Queue<Timelapse> some) => some.Sum(timelapse => timelapse.Bytes);
    }

    private void Delete(IEnumerable<Timelapse> some)
    {
        foreach (var timelapse in some)
        {
            try
            {
                timelapses.Delete(timelapse.Id);
            }
            catch (ApiException refused)
            {
                // The others go all the same.
                LogRefused(timelapse.Id, refused.Message);
            }
        }
    }

    private async Task<IReadOnlyList<Timelapse>> OrphansAsync(IReadOnlyList<Timelapse> all, CancellationToken cancellation)
    {
        if (all.Count == 0)
        {
            return [];
        }

        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var (keys, people, programs) = (KeysOf(one => one.CameraKey), KeysOf(one => one.UserKey), KeysOf(one => one.ClientKey));
        var cameras = await db.Cameras.Where(camera => keys.Contains(camera.Key)).Select(camera => camera.Key).ToListAsync(cancellation);
        var users = await db.Users.Where(user => people.Contains(user.Id)).Select(user => user.Id).ToListAsync(cancellation);
        var clients = await db.Clients.Where(client => programs.Contains(client.Key)).Select(client => client.Key).ToListAsync(cancellation);
        return
        [
            .. all.Where(one => !cameras.Contains(one.CameraKey)
                || (one.UserKey is { } user && !users.Contains(user))
                || (one.ClientKey is { } client && !clients.Contains(client))),
        ];

        List<long> KeysOf(Func<Timelapse, long?> key) => [.. all.Select(key).OfType<long>().Distinct()];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Time-lapse {Timelapse} is to be deleted; the next minute tries again: {Reason}")]
    private partial void LogRefused(string timelapse, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Old time-lapses could not be deleted; the next minute tries again")]
    private partial void LogFailed(Exception reason);
}
