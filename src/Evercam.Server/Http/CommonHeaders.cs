using System.Globalization;
using Evercam.Server.Pages;
using Evercam.Server.Setup;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Evercam.Server.Http;

/// <summary>The headers that every answer carries (contract 0.8), and those that let scripts of other sites read it
/// (0.10).</summary>
internal sealed class CommonHeaders(Origins origins, IOptions<HttpOptions> options)
{
    private readonly string strictTransport = string.Create(
        CultureInfo.InvariantCulture, $"max-age={(long)options.Value.StrictTransport.TotalSeconds}");

    public void Write(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (!ApiPath.IsForScripts(FormatSuffix.Collapse(context.Request.Path.Value ?? "")))
        {
            PageHeaders.Write(headers);
            if (context.Request.IsHttps && options.Value.StrictTransport > TimeSpan.Zero && !Listening.IsLoopbackName(context.Request.Host.Host))
            {
                headers.StrictTransportSecurity = strictTransport;
            }

            return;
        }

        headers.CacheControl = "no-store";

        // Also for those who say no origin: what a cache keeps of it must not be given to a page of another site (RFC 9110, 12.5.5).
        headers.Append(HeaderNames.Vary, HeaderNames.Origin);

        // No browser sends two: what names several pages names none.
        if (context.Request.Headers.Origin is [{ } origin])
        {
            WriteOrigin(origin, headers);
        }
    }

    /// <summary>Answers a browser that asks whether a page of another site may send its request.</summary>
    public static bool TryAnswerPreflight(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsOptions(request.Method)
            || request.Headers.Origin.Count != 1
            || !request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod)
            || !ApiPath.IsForScripts(FormatSuffix.Collapse(request.Path.Value ?? "")))
        {
            return false;
        }

        var asked = request.Headers.AccessControlRequestHeaders.ToString();
        if (asked.Length > 0 && IsPrintable(asked) && context.Response.Headers.ContainsKey(HeaderNames.AccessControlAllowOrigin))
        {
            context.Response.Headers.AccessControlAllowHeaders = asked;
        }

        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentLength = 0;
        return true;
    }

    private void WriteOrigin(string origin, IHeaderDictionary headers)
    {
        if (!IsPrintable(origin) || !origins.MayRead(origin))
        {
            return;
        }

        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.AccessControlAllowMethods = "GET, POST, PUT, DELETE, OPTIONS, PATCH";
        headers.AccessControlMaxAge = "1728000";
    }

    /// <summary>Whether a header of the request can be one of the answer: no origin and no header name has other
    /// letters.</summary>
    internal static bool IsPrintable(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
