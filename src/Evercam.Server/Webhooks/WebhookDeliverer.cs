using System.Collections.Concurrent;
using Evercam.CameraClient;
using Evercam.Server.Notices;
using Evercam.Server.Rights;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Webhooks;

/// <summary>Sends what waits for webhooks: several webhooks at a time, each one thing after the other, and of one user no more than a
/// few, so that slow receivers hold up their own users alone.</summary>
internal sealed partial class WebhookDeliverer(
    IDbContextFactory<EvercamDb> catalogs,
    IOtherServers others,
    GuardedPoster poster,
    WebhookLog log,
    IOptions<WebhookOptions> options,
    TimeProvider clock,
    ILogger<WebhookDeliverer> logger) : BackgroundService
{
    /// <summary>What one webhook is sent before others have their turn.</summary>
    private const int InARow = 20;

    /// <summary>More webhooks than that are looked at the next time.</summary>
    private const int MostDue = 2_000;

    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);

    /// <summary>Webhooks that are being sent something, and whose they are.</summary>
    private readonly ConcurrentDictionary<long, (long User, Task Work)> busy = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Round, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await others.AwaitDutyAsync(stoppingToken);
                await BeginAsync(stoppingToken);
            }
#pragma warning disable CA1031 // Deliveries wait; a database that does not answer must not end them for good.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway())
                {
                    LogNotLooked(reason);
                }
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(busy.Values.Select(one => one.Work));
    }

    /// <summary>Begins with the webhooks for which something is due, as far as there is room.</summary>
    private async Task BeginAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var due = await db.Deliveries.Where(d => d.DueAt <= now)
            .GroupBy(d => new { d.WebhookKey, d.Webhook!.UserKey }).OrderBy(webhook => webhook.Min(d => d.DueAt))
            .Select(webhook => webhook.Key).Take(MostDue).ToArrayAsync(cancellation);

        // Nobody comes first always.
#pragma warning disable CA5394 // Not a secret.
        Random.Shared.Shuffle(due);
#pragma warning restore CA5394
        foreach (var webhook in due)
        {
            if (busy.Count < options.Value.AtOnce
                && !busy.ContainsKey(webhook.WebhookKey)
                && busy.Values.Count(one => one.User == webhook.UserKey) < options.Value.AtOncePerUser)
            {
                var begin = new TaskCompletionSource();
                busy[webhook.WebhookKey] = (webhook.UserKey, SendAsync(webhook.WebhookKey, begin.Task, cancellation));
                begin.SetResult();
            }
        }
    }

    /// <summary>Sends a webhook what is due, until something fails.</summary>
    private async Task SendAsync(long webhook, Task begin, CancellationToken cancellation)
    {
        await begin;
        await Task.Yield();
        try
        {
            for (var sent = 0; sent < InARow && await SendNextAsync(webhook, cancellation); sent++)
            {
                // One after the other.
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops: what was begun is tried again.
        }
#pragma warning disable CA1031 // Whatever it was, the delivery is tried again.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            if (!reason.IsDatabaseAway())
            {
                LogNotSent(webhook, reason);
            }
        }
        finally
        {
            busy.TryRemove(webhook, out _);
        }
    }

    /// <returns>Whether to go on with the next one.</returns>
    private async Task<bool> SendNextAsync(long webhook, CancellationToken cancellation)
    {
        if (await log.TakeAsync(webhook, cancellation) is not { } delivery)
        {
            return false;
        }

        var notice = await ReadAsync(delivery, cancellation);
        if (delivery.NoticeKey is not null && (notice is null || !delivery.Webhook!.IsEnabled))
        {
            await log.GiveUpAsync(delivery, notice is null ? "this is not yours to hear of any more" : "the webhook is switched off");
            return true;
        }

        var body = WebhookLetter.Body(delivery, notice);
        var headers = WebhookLetter.Headers(delivery, notice, body, delivery.Webhook!.Secret, clock.GetUtcNow());
        var outcome = await poster.PostAsync(new Uri(delivery.Webhook.Url), body, headers, cancellation);
        await log.WriteAsync(delivery, outcome);
        return outcome.Failure is null;
    }

    /// <summary>The notice as it is told now; <see langword="null"/> if there is none, or if the webhook's user may not hear it
    /// now.</summary>
    private async Task<ToldNotice?> ReadAsync(WebhookDelivery delivery, CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var notice = (await db.Notices.Where(n => n.Key == delivery.NoticeKey).ReadAsync(db, cancellation)).SingleOrDefault();
        var camera = notice is null ? null : await db.Cameras.Where(c => c.Key == notice.CameraKey).ReadFactsAsync(cancellation);
        return notice is not null && NoticeRule.MayHear(NoticeSpread.Person(delivery.Webhook!.UserKey), notice, camera) ? notice : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deliveries to webhooks wait; the next round tries again")]
    private partial void LogNotLooked(Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A delivery to webhook {Webhook} failed here; it is tried again")]
    private partial void LogNotSent(long webhook, Exception reason);
}
