using System.Globalization;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Rights;

/// <summary>The invitation that the path names, and whether the caller owns its camera. Filled before the handler of a route that
/// declares a need runs.</summary>
internal sealed class InvitationAccess(EvercamDb db, InvitationLife life)
{
    private Invitation? invitation;

    /// <summary>The invitation, tracked by the request's database.</summary>
    public Invitation Invitation => invitation ?? throw new InvalidOperationException("The route declares no need of an invitation.");

    public bool IsOwner { get; private set; }

    /// <exception cref="ApiException">There is no such invitation (404).</exception>
    public async Task FindAsync(HttpContext context)
    {
        if (context.Request.RouteValues["id"] is not string segment)
        {
            throw new InvalidOperationException("The route names no invitation.");
        }

        // On the wire it is a text that happens to hold a number.
        var found = long.TryParse(ApiPath.Unescape(segment), NumberStyles.None, CultureInfo.InvariantCulture, out var key)
            ? await life.Waiting(db).Where(i => i.Key == key).Select(i => new { Invitation = i, i.Camera!.OwnerKey })
                .SingleOrDefaultAsync(context.RequestAborted)
            : null;
        invitation = found?.Invitation ?? throw ApiException.NotFound();
        IsOwner = Caller.Of(context).UserKey == found.OwnerKey;
    }
}
