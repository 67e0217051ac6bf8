using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Rights;

/// <summary>The client application that the path names. Filled before the handler of a route that declares a need
/// runs.</summary>
internal sealed class ClientAccess(EvercamDb db)
{
    private Client? client;

    /// <summary>The client, with its keys, tracked by the request's database.</summary>
    public Client Client => client ?? throw new InvalidOperationException("There is no client, or the route declares no need of one.");

    public bool Exists => client is not null;

    public Caller Caller { get; private set; } = Caller.Anonymous;

    public bool MayManage => RightsRule.MayManage(Caller, Client);

    /// <summary>Looks up the client that the path names; <see langword="false"/> if there is none.</summary>
    public async Task<bool> FindAsync(HttpContext context)
    {
        if (context.Request.RouteValues["id"] is not string segment)
        {
            throw new InvalidOperationException("The route names no client.");
        }

        Caller = Caller.Of(context);
        var id = ApiPath.Unescape(segment);
        client = await db.Clients.Include(c => c.Credential)
            .SingleOrDefaultAsync(c => c.Credential!.ApiId == id, context.RequestAborted);
        return Exists;
    }
}
