using Evercam.CameraClient;
using Evercam.Server.Setup;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Webhooks;

/// <summary>Takes deliveries from the catalog, and writes down what became of them. Each statement stands for itself, so that a crash
/// at any moment leaves a delivery that is tried again.</summary>
internal sealed partial class WebhookLog(
    IDbContextFactory<EvercamDb> catalogs, PublicAddress address, IOptions<WebhookOptions> options, TimeProvider clock, ILogger<WebhookLog> log)
{
    /// <summary>How long an attempt may take, with what is written about it: nobody else tries it meanwhile.</summary>
    private TimeSpan Hold => options.Value.Timeout + TimeSpan.FromSeconds(30);

    /// <summary>How long a delivery rests after its nth attempt.</summary>
    /// <param name="options">First and longest pause.</param>
    /// <param name="attempts">n.</param>
    /// <param name="jitter">From 0 to below 1: shortens it by up to a quarter, so that receivers that come back are not met by all
    /// at once.</param>
    internal static TimeSpan PauseAfter(WebhookOptions options, int attempts, double jitter)
    {
        var pause = options.FirstPause * Math.Pow(3, Math.Min(attempts - 1, 20));
        return (pause < options.LongestPause ? pause : options.LongestPause) * (1 - (jitter / 4));
    }

    /// <summary>Takes what is due first for a webhook. Put off before it is tried: no other process takes it meanwhile, and if this one
    /// dies it is tried again.</summary>
    public async Task<WebhookDelivery?> TakeAsync(long webhook, CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var delivery = await db.Deliveries.AsNoTracking().Include(d => d.Webhook)
            .Where(d => d.WebhookKey == webhook && d.DueAt <= now.ToUnixTimeSeconds()).OrderBy(d => d.DueAt).ThenBy(d => d.Key)
            .FirstOrDefaultAsync(cancellation);
        if (delivery is null)
        {
            return null;
        }

        var isOurs = await db.Deliveries.Where(d => d.Key == delivery.Key && d.DueAt == delivery.DueAt).ExecuteUpdateAsync(
            set => set
                .SetProperty(d => d.DueAt, (now + Hold).ToUnixTimeSeconds())
                .SetProperty(d => d.Attempts, delivery.Attempts + 1)
                .SetProperty(d => d.TriedAt, now.ToUnixTimeSeconds()),
            cancellation) > 0;
        delivery.Attempts++;
        return isOurs ? delivery : null;
    }

    /// <summary>Ends a delivery that was not even tried.</summary>
    public async Task GiveUpAsync(WebhookDelivery delivery, string failure)
    {
        await using var db = await catalogs.CreateDbContextAsync();
        await db.Deliveries.Where(d => d.Key == delivery.Key).ExecuteUpdateAsync(set => set
            .SetProperty(d => d.State, DeliveryState.GivenUp)
            .SetProperty(d => d.DueAt, (long?)null)
            .SetProperty(d => d.Failure, failure));
    }

    /// <summary>Writes down what became of an attempt, and when the next one is.</summary>
    public async Task WriteAsync(WebhookDelivery delivery, PostOutcome outcome)
    {
        var now = clock.GetUtcNow();
        var next = outcome.Failure is null ? null : NextAttempt(delivery, now);
        var state = outcome.Failure is null ? DeliveryState.Delivered : next is null ? DeliveryState.GivenUp : DeliveryState.Waiting;
        await using var db = await catalogs.CreateDbContextAsync();
        await db.Deliveries.Where(d => d.Key == delivery.Key).ExecuteUpdateAsync(set => set
            .SetProperty(d => d.State, state)
            .SetProperty(d => d.DueAt, next)
            .SetProperty(d => d.Status, outcome.Status)
            .SetProperty(d => d.Failure, outcome.Failure));
        var webhook = db.Webhooks.Where(w => w.Key == delivery.WebhookKey);
        if (outcome.Failure is null)
        {
            await webhook.Where(w => w.FailingSince != null)
                .ExecuteUpdateAsync(set => set.SetProperty(w => w.FailingSince, (long?)null));
        }
        else if (delivery.NoticeKey is not null)
        {
            var since = now.ToUnixTimeSeconds();
            await webhook.Where(w => w.FailingSince == null)
                .ExecuteUpdateAsync(set => set.SetProperty(w => w.FailingSince, since));
            if (state == DeliveryState.GivenUp)
            {
                // Not before: each is tried for its time, also the first one after a quiet while.
                await SwitchOffAsync(db, delivery.WebhookKey, now);
            }
        }
    }

    /// <returns>Unix seconds; <see langword="null"/> if it is given up.</returns>
    private long? NextAttempt(WebhookDelivery delivery, DateTimeOffset now)
    {
        var end = DateTimeOffset.FromUnixTimeSeconds(delivery.CreatedAt) + options.Value.KeepTrying;
        if (delivery.NoticeKey is null || now >= end)
        {
            return null;
        }

#pragma warning disable CA5394 // Spreads retries; not a secret.
        var next = now + PauseAfter(options.Value, delivery.Attempts, Random.Shared.NextDouble());
#pragma warning restore CA5394
        return (next < end ? next : end).ToUnixTimeSeconds();
    }

    /// <summary>Switches a webhook off to which nothing has arrived for long, gives up what waits for it, and writes to its
    /// user.</summary>
    private async Task SwitchOffAsync(EvercamDb db, long webhook, DateTimeOffset now)
    {
        var (at, before) = (now.ToUnixTimeSeconds(), (now - options.Value.SwitchOffAfter).ToUnixTimeSeconds());
        await using var transaction = await db.Database.BeginTransactionAsync();
        var isOff = await db.Webhooks.Where(w => w.Key == webhook && w.IsEnabled && w.FailingSince <= before).ExecuteUpdateAsync(
            set => set.SetProperty(w => w.IsEnabled, false).SetProperty(w => w.SwitchedOffAt, at)) > 0;
        if (!isOff)
        {
            return;
        }

        await db.Deliveries.Where(d => d.WebhookKey == webhook && d.DueAt != null).ExecuteUpdateAsync(set => set
            .SetProperty(d => d.State, DeliveryState.GivenUp)
            .SetProperty(d => d.DueAt, (long?)null)
            .SetProperty(d => d.Failure, d => d.Failure ?? "the webhook is switched off"));
        var user = await db.Webhooks.Where(w => w.Key == webhook).Select(w => new { w.User!.UserName, w.User.Email, w.User.ConfirmedAt })
            .SingleAsync();
        if (user.ConfirmedAt is not null)
        {
            var letter = WebhookLetters.SwitchedOff(user.UserName!, address.To($"/account/webhooks/{webhook}"));
            db.Add(new OutgoingMail { Recipient = user.Email!, Subject = letter.Subject, Body = letter.Body, CreatedAt = at, DueAt = at });
            await db.SaveChangesAsync();
        }

        await transaction.CommitAsync();
        LogSwitchedOff(webhook);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {Webhook} is switched off: nothing has arrived there for long")]
    private partial void LogSwitchedOff(long webhook);
}
