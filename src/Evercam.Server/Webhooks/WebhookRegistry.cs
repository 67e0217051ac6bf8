using System.Globalization;
using Evercam.Server.Http;
using Evercam.Server.Notices;
using Evercam.Server.Rights;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Webhooks;

/// <summary>Makes, changes and tries webhooks, for the API and the pages. Whoever asks is their user.</summary>
internal sealed class WebhookRegistry(EvercamDb db, IOptions<WebhookOptions> options, WebhookTrials trials, TimeProvider clock)
{
    /// <summary>Makes a webhook.</summary>
    /// <exception cref="ApiException">It breaks rules or is one too many (400), or its user is gone (401).</exception>
    public async Task<Webhook> MakeAsync(long user, WebhookFields fields, CancellationToken cancellation)
    {
        Check(fields);
        // Of several at once one or two may slip through: this keeps out thousands, not the one too many.
        if (await db.Webhooks.CountAsync(w => w.UserKey == user, cancellation) >= options.Value.PerUser)
        {
            throw ApiException.BrokenRule(
                string.Create(CultureInfo.InvariantCulture, $"you can have at most {options.Value.PerUser} webhooks"));
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var webhook = new Webhook
        {
            UserKey = user,
            Url = fields.Url!,
            Secret = SecretOf(fields.Secret),
            Kinds = [.. fields.Events is { } events ? NoticeNames.Read(events)! : NoticeNames.All],
            AllCameras = true,
            IsEnabled = fields.Enabled ?? true,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await SetCamerasAsync(webhook, fields, cancellation);
        db.Add(webhook);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException refused) when (!refused.IsDatabaseUnavailable())
        {
            throw await WhyNotSavedAsync(user);
        }

        return webhook;
    }

    /// <summary>Changes a webhook.</summary>
    /// <param name="webhook">The webhook with its cameras, tracked by the request's database.</param>
    /// <param name="change">What is to be changed.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ApiException">The change breaks rules (400), or there is no such webhook any more (404).</exception>
    public async Task ChangeAsync(Webhook webhook, WebhookFields change, CancellationToken cancellation)
    {
        Check(change);
        await SetCamerasAsync(webhook, change, cancellation);
        webhook.Url = change.Url ?? webhook.Url;
        webhook.Kinds = change.Events is { } events ? [.. NoticeNames.Read(events)!] : webhook.Kinds;
        webhook.Secret = change.Secret is { } secret ? SecretOf(secret) : webhook.Secret;
        webhook.UpdatedAt = clock.GetUtcNow().ToUnixTimeSeconds();
        if (change.Enabled == true || change.Url is not null)
        {
            // What was before says nothing of what is tried now.
            webhook.FailingSince = null;
        }

        if (change.Enabled is { } enabled)
        {
            (webhook.IsEnabled, webhook.SwitchedOffAt) = (enabled, null);
        }

        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw ApiException.NotFound();
        }
        catch (DbUpdateException refused) when (!refused.IsDatabaseUnavailable())
        {
            throw await WhyNotSavedAsync(webhook.UserKey);
        }
    }

    /// <summary>Deletes a webhook with its log. If there is none any more, all is well.</summary>
    public Task DeleteAsync(Webhook webhook, CancellationToken cancellation) =>
        db.Webhooks.Where(w => w.Key == webhook.Key).ExecuteDeleteAsync(cancellation);

    /// <summary>Leaves something to be sent at once, and once: also to a webhook that is switched off.</summary>
    /// <exception cref="ApiException">There were too many (429), or there is no such webhook any more (404).</exception>
    public async Task<WebhookDelivery> TryAsync(Webhook webhook, CancellationToken cancellation)
    {
        trials.Pass(webhook.UserKey);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var delivery = new WebhookDelivery { WebhookKey = webhook.Key, CreatedAt = now, DueAt = now };
        db.Add(delivery);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException refused) when (!refused.IsDatabaseUnavailable())
        {
            throw ApiException.NotFound();
        }

        return delivery;
    }

    /// <summary>What was sent to a webhook, newest first.</summary>
    public async Task<IReadOnlyList<DeliveryResponse>> ListAsync(
        Webhook webhook, DeliveriesRequest request, CancellationToken cancellation)
    {
        var deliveries = await db.Deliveries.AsNoTracking().Include(d => d.Notice!.Camera)
            .Where(d => d.WebhookKey == webhook.Key && d.Key < (request.Before ?? long.MaxValue))
            .OrderByDescending(d => d.Key).Take(request.Limit).ToListAsync(cancellation);
        return [.. deliveries.Select(DeliveryResponse.Of)];
    }

    private static void Check(WebhookFields fields)
    {
        if (WebhookRules.Check(fields) is { Count: > 0 } broken)
        {
            throw ApiException.BrokenRules(broken);
        }
    }

    private static string SecretOf(string? given) => string.IsNullOrEmpty(given) ? RandomSecret.Create() : given;

    /// <summary>A camera or the user went meanwhile.</summary>
    private async Task<ApiException> WhyNotSavedAsync(long user) => await db.Users.AnyAsync(u => u.Id == user, CancellationToken.None)
        ? ApiException.BrokenRule(WebhookRules.WrongCameras)
        : ApiException.Unauthenticated();

    private async Task SetCamerasAsync(Webhook webhook, WebhookFields fields, CancellationToken cancellation)
    {
        if (fields.Cameras is not { } ids)
        {
            return;
        }

        var wanted = fields.IsForAll ? [] : await FindAsync(webhook, [.. ids.Distinct()], cancellation);
        webhook.AllCameras = fields.IsForAll;
        webhook.Cameras.RemoveAll(camera => !wanted.Exists(other => other.Key == camera.CameraKey));
        webhook.Cameras.AddRange(wanted
            .Where(camera => !webhook.Cameras.Exists(other => other.CameraKey == camera.Key))
            .Select(camera => new WebhookCamera { CameraKey = camera.Key, Camera = camera }));
    }

    /// <summary>One that the webhook is about already may stay, also when it is not shared any more: nothing of it is sent meanwhile.</summary>
    /// <exception cref="ApiException">The user may not hear of one of the others, or there is none (400).</exception>
    private async Task<List<Camera>> FindAsync(Webhook webhook, string[] ids, CancellationToken cancellation)
    {
        var user = NoticeSpread.Person(webhook.UserKey);
        var found = await db.Cameras.Include(c => c.Shares).Where(c => ids.Contains(c.Id)).AsSplitQuery().ToListAsync(cancellation);
        return found.Count == ids.Length && found.TrueForAll(MayStand) ? found : throw ApiException.BrokenRule(WebhookRules.WrongCameras);

        bool MayStand(Camera camera) =>
            webhook.Cameras.Exists(known => known.CameraKey == camera.Key) || NoticeRule.IsTheirs(user, CameraFacts.Of(camera));
    }
}
