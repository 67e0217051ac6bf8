using System.Security.Cryptography;

namespace Evercam.Server.Pages;

/// <summary>What browsers are told about every page: nothing from elsewhere, no script, in nobody's frame.</summary>
internal static class PageHeaders
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    public static void Write(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = Policy;
        headers.XFrameOptions = "DENY";
        // Not less: without any referrer, browsers would send our own forms with the origin "null".
        headers["Referrer-Policy"] = "same-origin";
    }

    /// <summary>Lets the forms of this page lead on to the pages of an application: browsers hold redirects after a form to the
    /// same rule, those of the application too.</summary>
    public static void LetFormsLeadAway(HttpResponse response) =>
        response.Headers.ContentSecurityPolicy = $"{Policy} https: http:";

    /// <summary>Lets one script run on this page. Not all of this server's addresses: some answer with what a request asks for.</summary>
    /// <returns>The nonce that the script must show.</returns>
    public static string LetScriptRun(HttpResponse response)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        response.Headers.ContentSecurityPolicy = $"{Policy}; script-src 'nonce-{nonce}'";
        return nonce;
    }

    /// <summary>Lets one script run on this page, and ask this server for others.</summary>
    /// <returns>The nonce that the script must show.</returns>
    public static string LetScriptAsk(HttpResponse response)
    {
        var nonce = LetScriptRun(response);
        response.Headers.ContentSecurityPolicy = $"{response.Headers.ContentSecurityPolicy}; connect-src 'self'";
        return nonce;
    }

    /// <summary>Keeps what stands in this page's address, such as a code, from whatever it leads to. Its forms still tell where they
    /// come from.</summary>
    public static void TellNobodyTheQuery(HttpResponse response) => response.Headers["Referrer-Policy"] = "strict-origin";

    /// <summary>Lets evercam.js, and no other script, run on this page and show cameras of this server.</summary>
    /// <returns>The nonce that the script must show.</returns>
    public static string LetCamerasShow(HttpResponse response)
    {
        var nonce = LetScriptAsk(response);
        var policy = response.Headers.ContentSecurityPolicy.ToString();
        response.Headers.ContentSecurityPolicy = policy.Replace("data:", "data: blob:", StringComparison.Ordinal);
        return nonce;
    }

    /// <summary>Lets the reference of the API run on this page and call this server. It writes styles into the page.</summary>
    /// <returns>The nonce that its scripts must show.</returns>
    public static string LetReferenceShow(HttpResponse response)
    {
        Write(response.Headers);
        var nonce = LetScriptRun(response);
        var policy = response.Headers.ContentSecurityPolicy.ToString();
        response.Headers.ContentSecurityPolicy =
            policy.Replace("style-src 'self'", "style-src 'self' 'unsafe-inline'", StringComparison.Ordinal) + " 'strict-dynamic'; connect-src 'self'";
        return nonce;
    }
}
