using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Webhooks;

/// <summary>Where users make webhooks, change and delete them, and see what was sent: the same as <c>/webhooks</c> is for
/// programs.</summary>
internal static class WebhookPages
{
    private const string Path = "/account/webhooks";

    public static void MapWebhookPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ListAsync).ForUsers();
        pages.MapPost(Path, MakeAsync).ForUsers();
        pages.MapGet(Path + "/{id}", ShowAsync).ForWebhook();
        pages.MapPost(Path + "/{id}", ChangeAsync).ForWebhook();
        pages.MapPost(Path + "/{id}/secret", RenewAsync).ForWebhook();
        pages.MapPost(Path + "/{id}/test", TryAsync).ForWebhook();
        pages.MapPost(Path + "/{id}/delete", DeleteAsync).ForWebhook();
    }

    private static Task<IResult> ListAsync(EvercamDb db, HttpContext context, CancellationToken cancellation) =>
        RenderListAsync(WebhookForm.Empty, FormRefusal.None, db, context, cancellation);

    private static async Task<IResult> RenderListAsync(
        WebhookForm form, FormRefusal refusal, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var user = Visitor.Of(context)!.UserKey;
        return Page.Show<WebhooksPage>(
            new
            {
                Webhooks = await db.Webhooks.AsNoTracking().Where(w => w.UserKey == user).OrderBy(w => w.Key).ToListAsync(cancellation),
                Ticked = form.Kinds,
                form.Typed,
                refusal.Problem,
                refusal.Problems,
                News = AccountNews.Take(context),
            },
            refusal.Status);
    }

    private static async Task<IResult> MakeAsync(
        WebhookForm form, WebhookRegistry registry, NewSecrets secrets, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        try
        {
            form.ThrowIfUnreadable();
            var fields = form.Fields with { Secret = form.Secret, Enabled = true };
            var webhook = await registry.MakeAsync(Visitor.Of(context)!.UserKey, fields, cancellation);
            return LeadToSecret(webhook, secrets, context);
        }
        catch (ApiException refused) when (WebhookWords.Refusal(refused, context) is { } refusal)
        {
            return await RenderListAsync(form, refusal, db, context, cancellation);
        }
    }

    private static async Task<IResult> ShowAsync(
        WebhookAccess access, WebhookRegistry registry, NewSecrets secrets, HttpContext context, CancellationToken cancellation)
    {
        // Taken in either case: what was left is for this page alone.
        var (news, secret) = (AccountNews.Take(context), secrets.Take(access.Webhook, context));
        return await RenderAsync(access, WebhookForm.Of(access.Webhook), FormRefusal.None, (news, secret), registry, cancellation);
    }

    private static async Task<IResult> ChangeAsync(
        WebhookForm form, WebhookAccess access, WebhookRegistry registry, HttpContext context, CancellationToken cancellation)
    {
        try
        {
            form.ThrowIfUnreadable();
            await registry.ChangeAsync(access.Webhook, form.Fields, cancellation);
            return AccountNews.Lead(context, PathOf(access.Webhook), AccountNews.Saved);
        }
        catch (ApiException refused) when (WebhookWords.Refusal(refused, context) is { } refusal)
        {
            return await RenderAsync(access, form, refusal, (null, null), registry, cancellation);
        }
    }

    private static async Task<IResult> RenewAsync(
        WebhookForm form, WebhookAccess access, WebhookRegistry registry, NewSecrets secrets, HttpContext context, CancellationToken cancellation)
    {
        try
        {
            await registry.ChangeAsync(access.Webhook, new(null, null, null, form.Secret, null), cancellation);
            return LeadToSecret(access.Webhook, secrets, context);
        }
        catch (ApiException refused) when (WebhookWords.Refusal(refused, context) is { } refusal)
        {
            return await RenderAsync(access, WebhookForm.Of(access.Webhook), refusal, (null, null), registry, cancellation);
        }
    }

    private static async Task<IResult> TryAsync(
        WebhookAccess access, WebhookRegistry registry, HttpContext context, CancellationToken cancellation)
    {
        try
        {
            await registry.TryAsync(access.Webhook, cancellation);
            return AccountNews.Lead(context, PathOf(access.Webhook), AccountNews.TrialSent);
        }
        catch (ApiException refused) when (WebhookWords.Refusal(refused, context) is { } refusal)
        {
            return await RenderAsync(access, WebhookForm.Of(access.Webhook), refusal, (null, null), registry, cancellation);
        }
    }

    private static async Task<IResult> DeleteAsync(
        WebhookAccess access, WebhookRegistry registry, HttpContext context, CancellationToken cancellation)
    {
        await registry.DeleteAsync(access.Webhook, cancellation);
        return AccountNews.Lead(context, Path, AccountNews.WebhookDeleted);
    }

    private static string PathOf(Webhook webhook) => $"{Path}/{webhook.Key}";

    private static RedirectHttpResult LeadToSecret(Webhook webhook, NewSecrets secrets, HttpContext context)
    {
        secrets.Leave(webhook, context);
        return TypedResults.Redirect(PathOf(webhook));
    }

    private static async Task<IResult> RenderAsync(
        WebhookAccess access, WebhookForm form, FormRefusal refusal, (string? News, string? Secret) left, WebhookRegistry registry,
        CancellationToken cancellation)
    {
        var webhook = access.Webhook;
        var deliveries = await registry.ListAsync(webhook, new(null, null), cancellation);
        return Page.Show<WebhookPage>(
            new
            {
                webhook.Key,
                left.Secret,
                webhook.FailingSince,
                webhook.SwitchedOffAt,
                IsForNone = webhook is { AllCameras: false, Cameras: [] },
                Lines = deliveries.Select(WebhookWords.LineOf).ToList(),
                Ticked = form.Kinds,
                form.Typed,
                refusal.Problem,
                refusal.Problems,
                left.News,
            },
            refusal.Status);
    }
}
