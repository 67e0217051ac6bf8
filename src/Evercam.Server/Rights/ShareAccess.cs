using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Rights;

/// <summary>The share that the path names, and whether the caller owns its camera. Filled before the handler of a route that
/// declares a need runs.</summary>
internal sealed class ShareAccess(EvercamDb db)
{
    private Share? share;

    /// <summary>The share, tracked by the request's database.</summary>
    public Share Share => share ?? throw new InvalidOperationException("The route declares no need of a share.");

    public bool IsOwner { get; private set; }

    /// <exception cref="ApiException">There is no such share (404).</exception>
    public async Task FindAsync(HttpContext context)
    {
        if (context.Request.RouteValues["id"] is not string segment)
        {
            throw new InvalidOperationException("The route names no share.");
        }

        var key = ParamText.Integer(ApiPath.Unescape(segment));
        var found = await db.Shares.Where(share => share.Key == key)
            .Select(share => new { Share = share, share.Camera!.OwnerKey }).SingleOrDefaultAsync(context.RequestAborted)
            ?? throw ApiException.NotFound();
        share = found.Share;
        IsOwner = Caller.Of(context).UserKey == found.OwnerKey;
    }
}
