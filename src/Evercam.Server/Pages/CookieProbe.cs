using Evercam.Server.Http;

namespace Evercam.Server.Pages;

/// <summary>Finds out whether a browser keeps cookies before it is logged in: one that does not would be led on and be nobody there. The
/// page leaves a cookie and marks its form, so that programs that send forms by themselves are not asked for what they never
/// got.</summary>
internal static class CookieProbe
{
    /// <summary>The field that marks a form.</summary>
    public const string Field = "shown";

    /// <summary>What a person is told whose browser keeps none.</summary>
    public const string Words = "Your browser keeps no cookies from this site. Please allow them: without, it is forgotten at once who you are.";

    private const string Cookie = "evercam_cookies";

    /// <summary>Leaves the cookie, together with a page whose form is marked.</summary>
    public static void Leave(HttpContext context)
    {
        if (!context.Request.Cookies.ContainsKey(Cookie))
        {
            context.Response.Cookies.Append(
                Cookie, "kept", new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps });
        }
    }

    /// <summary>Whether the form was on a page of ours, and the cookie was not kept.</summary>
    public static bool Fails(HttpContext context, Params form) =>
        form.FindText(Field) is not null && !context.Request.Cookies.ContainsKey(Cookie);
}
