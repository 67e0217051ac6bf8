using Evercam.Server.Http;
using Evercam.Server.Rights;

namespace Evercam.Server.Pages;

/// <summary>What a page asks of whoever looks at it, in its endpoint's metadata: every page declares one.</summary>
/// <param name="LogIn">Whether one must be logged in.</param>
internal sealed record PageNeed(bool LogIn);

/// <summary>How pages declare what they need.</summary>
internal static class PageNeeds
{
    /// <summary>Open to everyone.</summary>
    public static RouteHandlerBuilder ForEveryone(this RouteHandlerBuilder page) => page.WithMetadata(new PageNeed(LogIn: false));

    /// <summary>Only for users who are logged in; others are led to the log-in page, and from there back.</summary>
    public static RouteHandlerBuilder ForUsers(this RouteHandlerBuilder page) => page.WithMetadata(new PageNeed(LogIn: true));

    /// <summary>Only for those who may do with the camera that the path names what the page is for; as with a program, one right to it asks
    /// for no other (contract 3.3). Someone who is not logged in is led to the log-in page, whether or not there is such a camera.</summary>
    /// <param name="page">The page, whose path names the camera as <c>id</c>.</param>
    /// <param name="isAllowed">Who may do what the page is for.</param>
    /// <param name="otherwise">Where those are led who know of no such camera; without, they are told that there is no page.</param>
    public static RouteHandlerBuilder ForCamera(
        this RouteHandlerBuilder page, Func<CameraAccess, bool> isAllowed, string? otherwise = null) => page
        .ForEveryone()
        .AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var access = context.RequestServices.GetRequiredService<CameraAccess>();
            var isThere = await access.FindAsync(context);
            if (isThere && isAllowed(access))
            {
                return await next(invocation);
            }

            if (Visitor.Of(context) is null)
            {
                return TypedResults.Redirect(LocalPath.LogIn(LocalPath.BackTo(context.Request)));
            }

            if (isThere && access.KnowsOf)
            {
                throw ApiException.Forbidden("This camera is not yours, and its owner has not allowed you this.");
            }

            return otherwise is null ? throw ApiException.NotFound() : TypedResults.Redirect(otherwise);
        });

    /// <summary>Only for the user whose webhook the path names; to others it is as if there were none.</summary>
    public static RouteHandlerBuilder ForWebhook(this RouteHandlerBuilder page) => page
        .ForUsers()
        .AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var access = context.RequestServices.GetRequiredService<WebhookAccess>();
            return await access.FindAsync(context, Visitor.Of(context)?.UserKey) ? await next(invocation) : throw ApiException.NotFound();
        });

    /// <summary>Only for the user who registered the application that the path names; to others it is as if there were none.</summary>
    public static RouteHandlerBuilder ForClient(this RouteHandlerBuilder page) => page
        .ForUsers()
        .AddEndpointFilter(async (invocation, next) =>
        {
            var access = invocation.HttpContext.RequestServices.GetRequiredService<ClientAccess>();
            return await access.FindAsync(invocation.HttpContext) && access.MayManage
                ? await next(invocation)
                : throw ApiException.NotFound();
        });
}
