namespace Evercam.Server.Http;

/// <summary>The user who is logged in with the browser that asks.</summary>
/// <param name="UserKey">The user's key.</param>
/// <param name="UserName">How the user is called.</param>
/// <param name="SessionKey">The key of the log-in.</param>
/// <param name="ExpiresAt">When the log-in ends, Unix seconds.</param>
/// <param name="HasFactor">Whether the user has a second factor.</param>
internal sealed record Visitor(long UserKey, string UserName, long SessionKey, long ExpiresAt, bool HasFactor)
{
    /// <summary>The same as the API sees it.</summary>
    public Caller Caller => new(CallerScheme.Session)
    {
        UserKey = UserKey,
        Until = DateTimeOffset.FromUnixTimeSeconds(ExpiresAt),
    };

    /// <summary>Who looks at a page, as <see cref="Pages.PageMiddleware"/> found out; <see langword="null"/> for someone who
    /// is not logged in.</summary>
    public static Visitor? Of(HttpContext context) => context.Features.Get<Visitor>();
}
