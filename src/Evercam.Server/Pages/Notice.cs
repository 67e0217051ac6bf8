using Evercam.Server.Http;

namespace Evercam.Server.Pages;

/// <summary>One sentence for the next page that this browser sees, such as the reason why a form was refused. It travels in a
/// cookie, because the page comes after a redirect.</summary>
/// <param name="Kind">What happened: the page knows the words.</param>
/// <param name="Typed">What was typed into the form's first field, so that it need not be typed again.</param>
internal sealed record Notice(string Kind, string Typed = "")
{
    /// <summary>There is a new password, to log in with.</summary>
    public const string NewPassword = "new-password";

    /// <summary>There were too many wrong codes after the password.</summary>
    public const string TooManyCodes = "too-many-codes";

    private const string Cookie = "evercam_notice";

    /// <summary>An email, or the longest secret of a webhook, sealed.</summary>
    private const int TypedLength = 640;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>Leaves it for the next page.</summary>
    public void Leave(HttpContext context) => context.Response.Cookies.Append(
        Cookie, $"{Kind} {(Typed.Length > TypedLength ? "" : Typed)}", Attributes(context, Lifetime));

    /// <summary>Takes it; <see langword="null"/> if there is none.</summary>
    public static Notice? Take(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } text)
        {
            return null;
        }

        Drop(context);
        var parts = text.Split(' ', 2);
        return new(parts[0], parts.Length > 1 && ParamText.IsClean(parts[1]) ? parts[1] : "");
    }

    /// <summary>Takes back what no page has shown: it is no longer true.</summary>
    public static void Drop(HttpContext context)
    {
        if (context.Request.Cookies.ContainsKey(Cookie))
        {
            context.Response.Cookies.Delete(Cookie, Attributes(context, lifetime: null));
        }
    }

    private static CookieOptions Attributes(HttpContext context, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        MaxAge = lifetime,
    };
}
