using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Rights;

/// <summary>The webhook that the path names, if it is the caller's own. Filled before the handler of a route that declares a need
/// runs.</summary>
internal sealed class WebhookAccess(EvercamDb db)
{
    private Webhook? webhook;

    /// <summary>The webhook with its cameras, tracked by the request's database.</summary>
    public Webhook Webhook => webhook ?? throw new InvalidOperationException("The route declares no need of a webhook.");

    /// <summary>Looks up the webhook that the path names; <see langword="false"/> if the caller has no such one.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Whose it must be; nobody's where a client calls.</param>
    public async Task<bool> FindAsync(HttpContext context, long? user)
    {
        if (context.Request.RouteValues["id"] is not string segment)
        {
            throw new InvalidOperationException("The route names no webhook.");
        }

        webhook = user is { } owner && ParamText.Integer(ApiPath.Unescape(segment)) is { } key
            ? await db.Webhooks.Include(w => w.Cameras).ThenInclude(c => c.Camera).AsSplitQuery()
                .SingleOrDefaultAsync(w => w.Key == key && w.UserKey == owner, context.RequestAborted)
            : null;
        return webhook is not null;
    }
}
