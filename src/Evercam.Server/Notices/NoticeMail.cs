using Evercam.Server.Setup;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Notices;

/// <summary>Tells owners by mail: what happened about the same time in one mail, and of the same camera and kind no more often than
/// once in <see cref="NoticeOptions.MailPause"/>; what happened meanwhile is told together then. An email that nobody has confirmed is
/// told nothing.</summary>
internal sealed partial class NoticeMail(
    IDbContextFactory<EvercamDb> catalogs,
    IOtherServers others,
    IOptions<NoticeOptions> options,
    PublicAddress address,
    TimeProvider clock,
    ILogger<NoticeMail> log) : BackgroundService
{
    /// <summary>More than that are told the next time.</summary>
    private const int Most = 5_000;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Round, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await others.AwaitDutyAsync(stoppingToken);
                await TellAsync(stoppingToken);
            }
#pragma warning disable CA1031 // Notices wait; a database that does not answer must not end the mails for good.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway())
                {
                    LogNotTold(reason);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task TellAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var spread = clock.GetUtcNow().ToUnixTimeSeconds() - (long)options.Value.MailGather.TotalSeconds;
        var owners = await db.Notices.Where(n => n.AwaitsMail && n.SpreadAt <= spread)
            .Select(n => n.OwnerKey ?? n.Camera!.OwnerKey).Distinct().ToListAsync(cancellation);
        foreach (var owner in owners)
        {
            await TellAsync(owner, cancellation);
        }
    }

    private async Task TellAsync(long owner, CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var theirs = db.Notices.Where(n => n.OwnerKey == owner || n.Camera!.OwnerKey == owner);
        var user = await db.Users.AsNoTracking().Where(u => u.Id == owner)
            .Select(u => new { u.UserName, u.Email, u.ConfirmedAt }).SingleOrDefaultAsync(cancellation);
        if (user?.ConfirmedAt is null)
        {
            await theirs.Where(n => n.AwaitsMail).ExecuteUpdateAsync(set => set.SetProperty(n => n.AwaitsMail, false), cancellation);
            return;
        }

        var every = (now - options.Value.MailEvery).ToUnixTimeSeconds();
        var pause = (now - options.Value.MailPause).ToUnixTimeSeconds();
        var since = Math.Min(every, pause);
        var mailed = await theirs.Where(n => n.MailedAt > since)
            .Select(n => new { n.CameraKey, n.Kind, n.MailedAt }).Distinct().ToListAsync(cancellation);
        if (mailed.Any(n => n.MailedAt > every))
        {
            return;
        }

        var waiting = await theirs.Where(n => n.AwaitsMail).OrderBy(n => n.Key).Take(Most)
            .Select(n => new MailedNotice(
                n.Key, n.Kind, n.HappenedAt, n.Reason, n.CameraKey, n.Camera!.Id, n.Camera.Name, n.Camera.Timezone))
            .ToListAsync(cancellation);
        var due = waiting.Where(n => !mailed.Any(m => m.CameraKey == n.CameraKey && m.Kind == n.Kind && m.MailedAt > pause)).ToList();
        if (due.Count == 0)
        {
            return;
        }

        var (keys, at) = (due.Select(n => n.Key).ToList(), now.ToUnixTimeSeconds());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var taken = await db.Notices.Where(n => keys.Contains(n.Key) && n.AwaitsMail).ExecuteUpdateAsync(
            set => set.SetProperty(n => n.AwaitsMail, false).SetProperty(n => n.MailedAt, at), cancellation);
        if (taken != keys.Count)
        {
            // Another server told some of them meanwhile, or they are gone: the next round looks again.
            return;
        }

        var letter = NoticeLetter.Of(user.UserName!, due, address);
        db.Add(new OutgoingMail { Recipient = user.Email!, Subject = letter.Subject, Body = letter.Body, CreatedAt = at, DueAt = at });
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Owners wait to be told by mail; the next round tries again")]
    private partial void LogNotTold(Exception reason);
}

/// <summary>A notice that is told by mail.</summary>
internal sealed record MailedNotice(
    long Key, NoticeKind Kind, long HappenedAt, StopReason? Reason, long? CameraKey, string? CameraId, string? CameraName, string? Timezone);
