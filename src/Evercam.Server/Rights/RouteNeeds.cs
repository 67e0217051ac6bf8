using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>How routes declare what they need. Anything about a camera or an account is checked after the parameters
/// are read and before the handler runs, which finds the result in <see cref="CameraAccess"/> or
/// <see cref="UserAccess"/>.</summary>
internal static class RouteNeeds
{
    /// <summary>Open to everyone; credentials are verified where they are sent.</summary>
    public static RouteHandlerBuilder Public(this RouteHandlerBuilder route) => route.WithMetadata(new Need("nothing", false));

    /// <summary>Open to everyone, and wrong credentials do no harm.</summary>
    public static RouteHandlerBuilder IgnoresCredentials(this RouteHandlerBuilder route) =>
        route.WithMetadata(new Need("nothing", false) { IgnoresCredentials = true });

    /// <summary>Any user or client.</summary>
    public static RouteHandlerBuilder NeedsCaller(this RouteHandlerBuilder route) => route.WithMetadata(new Need("a caller", true));

    /// <summary>A user in person; clients are told that they are none (400).</summary>
    public static RouteHandlerBuilder NeedsUser(this RouteHandlerBuilder route) => route
        .WithMetadata(new Need("a user", true))
        .AddEndpointFilter(async (invocation, next) => Caller.Of(invocation.HttpContext).UserKey is null
            ? throw ApiException.BadRequest("Requester is not a user.")
            : await next(invocation));

    /// <summary>A right to the camera.</summary>
    /// <param name="route">The route, with the camera's <c>id</c>.</param>
    /// <param name="right">The right.</param>
    /// <param name="open">Whether the right may be a public one, held by anonymous callers too.</param>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder route, CameraRights right, bool open = false) =>
        route.NeedsCamera($"camera:{right}", !open, access => access.Rights.All.HasFlag(right));

    /// <summary>A right to the camera by being its owner, by a share or by a scope: the public right is not
    /// enough.</summary>
    public static RouteHandlerBuilder NeedsGiven(this RouteHandlerBuilder route, CameraRights right) =>
        route.NeedsCamera($"camera:{right}, given", true, access => access.Rights.Given.HasFlag(right));

    /// <summary>Being the camera's owner, in person.</summary>
    public static RouteHandlerBuilder NeedsOwner(this RouteHandlerBuilder route) =>
        route.NeedsCamera("camera owner", true, access => access.IsOwner);

    /// <summary>A right to the camera's stored snapshots.</summary>
    public static RouteHandlerBuilder NeedsStored(this RouteHandlerBuilder route, CameraRights right) =>
        route.NeedsCamera($"snapshots:{right}", true, access => access.Stored.HasFlag(right));

    /// <summary>To know the camera: <c>list</c> or <c>view</c>. To others it is as if it did not exist. Here the id may
    /// also be a MAC address of a camera that is the caller's own, or shared with the caller.</summary>
    public static RouteHandlerBuilder NeedsToKnow(this RouteHandlerBuilder route) => route
        .WithMetadata(new Need("camera:List or camera:View", false))
        .AddEndpointFilter(async (invocation, next) =>
        {
            var access = Access<CameraAccess>(invocation);
            return await access.FindAsync(invocation.HttpContext, byMacAddress: true) && access.KnowsOf
                ? await next(invocation)
                : throw ApiException.NotFound("Camera not found");
        });

    /// <summary>A right to the account that the path names.</summary>
    public static RouteHandlerBuilder NeedsAccount(this RouteHandlerBuilder route, CameraRights right) =>
        route.NeedsUserOf($"user:{right}", access => access.Rights.HasFlag(right));

    /// <summary>A right to all cameras of the user whom the path names.</summary>
    public static RouteHandlerBuilder NeedsCamerasOf(this RouteHandlerBuilder route, CameraRights right) =>
        route.NeedsUserOf($"cameras:{right}", access => access.Cameras.HasFlag(right));

    /// <summary>Being the owner, in person, of the camera whose share the path names.</summary>
    public static RouteHandlerBuilder NeedsShareOwner(this RouteHandlerBuilder route) => route
        .WithMetadata(new Need("camera owner", true))
        .AddEndpointFilter(async (invocation, next) =>
        {
            var access = Access<ShareAccess>(invocation);
            await access.FindAsync(invocation.HttpContext);
            return access.IsOwner ? await next(invocation) : throw ApiException.Unauthorized();
        });

    /// <summary>Being the owner, in person, of the camera that the invitation in the path is about.</summary>
    public static RouteHandlerBuilder NeedsInvitationOwner(this RouteHandlerBuilder route) => route
        .WithMetadata(new Need("camera owner", true))
        .AddEndpointFilter(async (invocation, next) =>
        {
            var access = Access<InvitationAccess>(invocation);
            await access.FindAsync(invocation.HttpContext);
            return access.IsOwner ? await next(invocation) : throw ApiException.Unauthorized();
        });

    private static RouteHandlerBuilder NeedsUserOf(
        this RouteHandlerBuilder route, string name, Func<UserAccess, bool> isAllowed) => route
        .WithMetadata(new Need(name, true))
        .AddEndpointFilter(async (invocation, next) =>
        {
            var access = Access<UserAccess>(invocation);
            await access.FindAsync(invocation.HttpContext);
            return isAllowed(access) ? await next(invocation) : throw ApiException.Unauthorized();
        });

    /// <summary>To be the creator of the client application that the path names, or that client itself.</summary>
    /// <param name="route">The route, with the client's <c>id</c>.</param>
    /// <param name="mayBeGone">Whether the handler runs even if there is no such client.</param>
    public static RouteHandlerBuilder NeedsClient(this RouteHandlerBuilder route, bool mayBeGone = false) => route
        .WithMetadata(new Need("the client or its creator", true))
        .AddEndpointFilter(async (invocation, next) =>
        {
            var access = Access<ClientAccess>(invocation);
            if (!await access.FindAsync(invocation.HttpContext))
            {
                return mayBeGone ? await next(invocation) : throw ApiException.NotFound();
            }

            return access.MayManage ? await next(invocation) : throw ApiException.Unauthorized();
        });

    /// <summary>To be the user, in person, whose webhook the path names; to others it is as if there were none.</summary>
    public static RouteHandlerBuilder NeedsWebhook(this RouteHandlerBuilder route) => route
        .WithMetadata(new Need("the webhook's user", true))
        .AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            return await Access<WebhookAccess>(invocation).FindAsync(context, Caller.Of(context).UserKey)
                ? await next(invocation)
                : throw ApiException.NotFound();
        });

    private static RouteHandlerBuilder NeedsCamera(
        this RouteHandlerBuilder route, string name, bool caller, Func<CameraAccess, bool> isAllowed) => route
        .WithMetadata(new Need(name, caller) { OfCamera = isAllowed })
        .AddEndpointFilter(async (invocation, next) =>
        {
            await Access<CameraAccess>(invocation).CheckAsync(invocation.HttpContext, isAllowed);
            return await next(invocation);
        });

    private static TAccess Access<TAccess>(EndpointFilterInvocationContext invocation) where TAccess : notnull =>
        invocation.HttpContext.RequestServices.GetRequiredService<TAccess>();
}
