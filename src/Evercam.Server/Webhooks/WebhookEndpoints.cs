using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Webhooks;

/// <summary>Webhooks, for their users in person: one outlives the token that would have made it.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks");
        webhooks.MapGet("", ListAsync).NeedsUser();
        webhooks.MapPost("", MakeAsync).NeedsUser();
        webhooks.MapGet("/{id}", Show).NeedsWebhook();
        webhooks.MapPatch("/{id}", ChangeAsync).NeedsWebhook();
        webhooks.MapDelete("/{id}", DeleteAsync).NeedsWebhook();
        webhooks.MapPost("/{id}/test", TryAsync).NeedsWebhook();
        webhooks.MapGet("/{id}/deliveries", DeliveriesAsync).NeedsWebhook();
    }

    private static async Task<Ok<WebhooksResponse>> ListAsync(Caller caller, EvercamDb db, CancellationToken cancellation)
    {
        var webhooks = await db.Webhooks.AsNoTracking().Include(w => w.Cameras).ThenInclude(c => c.Camera).AsSplitQuery()
            .Where(w => w.UserKey == caller.UserKey).OrderBy(w => w.Key).ToListAsync(cancellation);
        return TypedResults.Ok(new WebhooksResponse([.. webhooks.Select(webhook => WebhookResponse.Of(webhook))]));
    }

    private static async Task<Created<WebhooksResponse>> MakeAsync(
        NewWebhookRequest request, Caller caller, WebhookRegistry registry, CancellationToken cancellation)
    {
        var webhook = await registry.MakeAsync(caller.UserKey!.Value, request.Fields, cancellation);
        return TypedResults.Created(
            $"{ApiPath.Root}/webhooks/{webhook.Key}", new WebhooksResponse([WebhookResponse.Of(webhook, withSecret: true)]));
    }

    private static Ok<WebhooksResponse> Show(WebhookAccess access) =>
        TypedResults.Ok(new WebhooksResponse([WebhookResponse.Of(access.Webhook)]));

    private static async Task<Ok<WebhooksResponse>> ChangeAsync(
        WebhookChangeRequest request, WebhookAccess access, WebhookRegistry registry, CancellationToken cancellation)
    {
        await registry.ChangeAsync(access.Webhook, request.Fields, cancellation);
        return TypedResults.Ok(new WebhooksResponse(
            [WebhookResponse.Of(access.Webhook, withSecret: request.Fields.Secret is not null)]));
    }

    private static async Task<Ok<Nothing>> DeleteAsync(
        WebhookAccess access, WebhookRegistry registry, CancellationToken cancellation)
    {
        await registry.DeleteAsync(access.Webhook, cancellation);
        return TypedResults.Ok(Nothing.Instance);
    }

    private static async Task<Created<DeliveriesResponse>> TryAsync(
        WebhookAccess access, WebhookRegistry registry, CancellationToken cancellation)
    {
        var delivery = await registry.TryAsync(access.Webhook, cancellation);
        return TypedResults.Created(
            $"{ApiPath.Root}/webhooks/{access.Webhook.Key}/deliveries", new DeliveriesResponse([DeliveryResponse.Of(delivery)]));
    }

    private static async Task<Ok<DeliveriesResponse>> DeliveriesAsync(
        DeliveriesRequest request, WebhookAccess access, WebhookRegistry registry, CancellationToken cancellation) =>
        TypedResults.Ok(new DeliveriesResponse(await registry.ListAsync(access.Webhook, request, cancellation)));
}
