using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Notices;

/// <summary>Leaves each notice once with the webhooks that are sent it, and for the mail of the owner who wants it so. Whoever is told
/// then must still be allowed to hear it.</summary>
internal sealed partial class NoticeSpread(
    IDbContextFactory<EvercamDb> catalogs, IOtherServers others, TimeProvider clock, ILogger<NoticeSpread> log) : BackgroundService
{
    private const int Batch = 200;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Round, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await others.AwaitDutyAsync(stoppingToken);
                while (await SpreadAsync(stoppingToken) == Batch)
                {
                    // There are more.
                }
            }
#pragma warning disable CA1031 // Notices wait; a database that does not answer must not end the spreading for good.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway())
                {
                    LogNotSpread(reason);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <returns>How many notices were looked at.</returns>
    private async Task<int> SpreadAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var notices = await db.Notices.Where(n => n.SpreadAt == null).OrderBy(n => n.Key).Take(Batch).ReadAsync(db, cancellation);
        foreach (var notice in notices)
        {
            await SpreadAsync(notice, cancellation);
        }

        return notices.Count;
    }

    private async Task SpreadAsync(ToldNotice notice, CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var camera = await db.Cameras.Where(c => c.Key == notice.CameraKey).ReadFactsAsync(cancellation);
        if ((notice.OwnerKey ?? camera?.OwnerKey) is not { } owner)
        {
            // The camera is gone, and its notices with it.
            return;
        }

        long[] people = [owner, notice.ShareeKey ?? owner, .. camera?.Shares.Keys ?? []];
        var webhooks = await db.Webhooks.AsNoTracking().Where(w => w.IsEnabled && people.Contains(w.UserKey))
            .Where(w => w.AllCameras || notice.CameraKey == null || w.Cameras.Any(c => c.CameraKey == notice.CameraKey))
            .Select(w => new { w.Key, w.UserKey, w.Kinds }).ToListAsync(cancellation);
        var told = webhooks.Where(w => w.Kinds.Contains(notice.Kind) && NoticeRule.MayHear(Person(w.UserKey), notice, camera))
            .Select(w => (w.Key, w.UserKey)).ToList();
        var chosen = await db.MailChoices.AsNoTracking().SingleOrDefaultAsync(c => c.UserKey == owner, cancellation);
        var byMail = (chosen?.Kinds ?? MailChoice.Unasked).Contains(notice.Kind);
        await db.SpreadAsync(notice.Key, notice.CameraKey, told, byMail, clock.GetUtcNow(), cancellation);
    }

    /// <summary>A user as somebody who calls in person.</summary>
    internal static Caller Person(long user) => new(CallerScheme.Keys) { UserKey = user };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notices wait to be told; the next round tries again")]
    private partial void LogNotSpread(Exception reason);
}
