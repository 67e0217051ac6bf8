using Evercam.Archive;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Clustering.Redis;
using StackExchange.Redis;

namespace Evercam.Recorder;

/// <summary>Of several servers that are one, sees to it that each camera has a server: says that this one runs, and wakes the recorders of
/// cameras that none has which runs. Each server does; a recorder that several wake is one. Who has many more cameras than others gives
/// some away.</summary>
internal sealed partial class NodeGuard(
    NodeTenures tenures,
    SnapshotArchive archive,
    RecorderWaker waker,
    IGrainFactory grains,
    IClusterMembershipService members,
    IMembershipTable table,
    IDbContextFactory<EvercamDb> catalogs,
    TimeProvider clock,
    ILogger<NodeGuard> log) : BackgroundService
{
    private const int AtOnce = 1_000;
    private const int MostMoves = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseOfSharing = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseOfProof = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(tenures.BeatAsync, Pause, stoppingToken),
        RepeatAsync(tenures.SurpassAsync, Pause, stoppingToken),
        RepeatAsync(LookAsync, Pause, stoppingToken),
        RepeatAsync(LetGoAsync, Pause, stoppingToken),
        RepeatAsync(ShareAsync, PauseOfSharing, stoppingToken),
        RepeatAsync(ProveAsync, PauseOfProof, stoppingToken));

    private async Task RepeatAsync(Func<CancellationToken, Task> work, TimeSpan pause, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await work(stoppingToken);
            }
            catch (NodeGoneException gone)
            {
                // What this process remembers is wrong, and its silo knows nobody any more. Whoever started it starts it anew.
                Environment.FailFast($"{gone.Message} It was frozen, or could not be reached, and ends.");
            }
#pragma warning disable CA1031 // Whatever it is, it is tried again.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway())
                {
                    LogFailed(reason);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var running = FindServers(status => status is not (SiloStatus.Dead or SiloStatus.None));
        foreach (var gone in await db.MissServersAsync([.. running, tenures.Name], cancellation))
        {
            LogGone(gone);
        }

        var untended = await db.FindUntendedAsync(AtOnce, cancellation);
        var asleep = tenures.TakeFallenAsleep();
        if (untended.Count + asleep.Count > 0)
        {
            // Those that have no server are found again.
            var left = await waker.WakeAsync([.. untended.Union(asleep)], cancellation);
            left.Intersect(asleep).ToList().ForEach(tenures.FellAsleep);
        }
        else
        {
            await db.ForgetServersAsync(cancellation);
        }
    }

    /// <summary>What waits in memory of cameras that others have takes room of those that this server has.</summary>
    private async Task LetGoAsync(CancellationToken cancellation)
    {
        foreach (var camera in tenures.TakeLost())
        {
            try
            {
                await archive.EndTenureAsync(camera, cancellation);
            }
            catch (IOException reason)
            {
                tenures.Lose(camera);
                LogNotLetGo(camera, reason);
            }
        }
    }

    /// <summary>As long as the packs are away, nobody moves: what waits in memory would be lost, and no other server could record.</summary>
    private async Task ShareAsync(CancellationToken cancellation)
    {
        if (archive.ArePacksAway)
        {
            return;
        }

        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        await db.ForgetTenuresAsync(cancellation);
        var running = FindServers(status => status == SiloStatus.Active);
        var counts = (await db.CountTenuresAsync(cancellation)).Where(server => running.Contains(server.Key)).ToDictionary();
        var moves = FairShare.Plan(counts, tenures.Name, MostMoves).Zip(tenures.Cameras).ToList();
        foreach (var (server, camera) in moves)
        {
            await archive.SettleAsync(camera, cancellation);
            await grains.GetGrain<IRecorder>(camera).MoveAsync(server);
        }

        if (moves.Count > 0)
        {
            LogShared(moves.Count);
        }
    }

    /// <summary>Redis may have come back without what it knew: then no server is told any more which others come and go, and one that comes
    /// knows nobody. All end, and begin anew.</summary>
    private async Task ProveAsync(CancellationToken cancellation)
    {
        if (await IsForgottenAsync(cancellation))
        {
            Environment.FailFast("Redis has lost what it knew of the servers: this one ends, to begin anew with the others.");
        }
    }

    private async Task<bool> IsForgottenAsync(CancellationToken cancellation)
    {
        var known = members.CurrentSnapshot.Version.Value;
        try
        {
            var written = await table.ReadAllAsync(cancellation);
            return written.Version.Version < known || written.TryGet(SiloAddress.FromParsableString(tenures.Name)) is null;
        }
        catch (RedisClusteringException)
        {
            return true;
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            // Without it, everything stays as it is.
            return false;
        }
    }

    private HashSet<string> FindServers(Func<SiloStatus, bool> which) =>
        [.. members.CurrentSnapshot.Members.Values.Where(member => which(member.Status)).Select(member => member.SiloAddress.ToParsableString())];

    [LoggerMessage(Level = LogLevel.Debug, Message = "What is left in memory of camera {Camera}, which another server has, does not go yet")]
    private partial void LogNotLetGo(long camera, Exception reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Other servers have fewer cameras: {Count} go to them")]
    private partial void LogShared(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server {Server} is gone: others have its cameras")]
    private partial void LogGone(string server);

    [LoggerMessage(Level = LogLevel.Error, Message = "This server cannot say that it runs, or look which cameras have none; trying again")]
    private partial void LogFailed(Exception reason);
}
