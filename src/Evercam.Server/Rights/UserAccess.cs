using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Rights;

/// <summary>The account that the path names and what the caller may do with it. Filled before the handler of a route
/// that declares a need runs.</summary>
internal sealed class UserAccess(EvercamDb db)
{
    private User? user;

    /// <summary>The account, tracked by the request's database.</summary>
    public User User => user ?? throw new InvalidOperationException("The route declares no need of an account.");

    public Caller Caller { get; private set; } = Caller.Anonymous;

    public CameraRights Rights { get; private set; }

    /// <summary>Rights to all cameras of the user together.</summary>
    public CameraRights Cameras { get; private set; }

    /// <exception cref="ApiException">There is no such account (404).</exception>
    public async Task FindAsync(HttpContext context)
    {
        if (context.Request.RouteValues["id"] is not string segment)
        {
            throw new InvalidOperationException("The route names no user.");
        }

        Caller = Caller.Of(context);
        user = await db.Users.WithLogin(ApiPath.Unescape(segment)).SingleOrDefaultAsync(context.RequestAborted)
            ?? throw ApiException.NotFound("user does not exist");
        Rights = RightsRule.OfAccount(Caller, user.Id);
        Cameras = RightsRule.OfCameras(Caller, user.Id);
    }
}
