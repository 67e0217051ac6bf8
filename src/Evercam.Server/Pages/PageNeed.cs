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
}
