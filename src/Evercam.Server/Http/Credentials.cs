namespace Evercam.Server.Http;

/// <summary>What a request shows to prove who calls.</summary>
/// <param name="Scheme">The way of it.</param>
/// <param name="First">The header's value, or the API id.</param>
/// <param name="Second">The API key; else nothing.</param>
internal readonly record struct Credentials(CallerScheme Scheme, string First, string Second)
{
    public static Credentials None => new(CallerScheme.Anonymous, "", "");

    /// <summary>Finds what decides (contract 1.2): the <c>Authorization</c> header if its scheme is one of ours,
    /// however wrong it is; else API keys; else the cookie of a log-in.</summary>
    public static async ValueTask<Credentials> FindAsync(HttpContext context)
    {
        foreach (var header in context.Request.Headers.Authorization)
        {
            if (ValueOf(header, "Basic") is { } basic)
            {
                return new(CallerScheme.Basic, basic, "");
            }

            if (ValueOf(header, "Bearer") is { } bearer)
            {
                return new(CallerScheme.Bearer, bearer, "");
            }
        }

        var carried = await Params.ReadAsync(context);
        if (carried.FindText("api_id") is { } id && carried.FindText("api_key") is { } key)
        {
            return new(CallerScheme.Keys, id, key);
        }

        return context.Request.Cookies[Sessions.Cookie] is { Length: > 0 } cookie ? new(CallerScheme.Session, cookie, "") : None;
    }

    /// <summary>User name or email, and password; <see langword="null"/> if these are no Basic credentials.</summary>
    public static (string Login, string Password)? DecodeBasic(string value)
    {
        var bytes = new byte[value.Length];
        if (!Convert.TryFromBase64String(value, bytes, out var length))
        {
            return null;
        }

        if (ParamText.OfUtf8(bytes.AsSpan(0, length)) is not { } pair || !ParamText.IsClean(pair))
        {
            return null;
        }

        // A password may hold colons, a login none.
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? (pair[..colon], pair[(colon + 1)..]) : null;
    }

    private static string? ValueOf(string? header, string scheme) =>
        header is not null && header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
        && (header.Length == scheme.Length || header[scheme.Length] == ' ')
            ? header[scheme.Length..].Trim()
            : null;
}
