using Evercam.Server.Http;

namespace Evercam.Server.Pages;

/// <summary>What every request for a page passes: forms of strangers end here, and the page learns who looks at it. Only the
/// log-in counts here; keys, tokens and Basic are for the API.</summary>
internal sealed partial class PageMiddleware(
    RequestDelegate next, Sessions sessions, Origins origins, SentForms forms, ILogger<PageMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<PageNeed>() is not { } need)
        {
            await next(context);
            return;
        }

        if (CallerMiddleware.IsSafe(context.Request.Method))
        {
            await AdmitAsync(context, need);
            return;
        }

        if (!origins.MaySubmit(context.Request))
        {
            LogForeignForm(context.Request.Path, OriginOf(context.Request), $"{context.Request.Scheme}://{context.Request.Host}");
            throw ApiException.Forbidden("This form was sent by a page of another site.");
        }

        await forms.AnswerAsync(context, () => AdmitAsync(context, need));
    }

    /// <returns>Whether the visitor got to the page.</returns>
    private async Task<bool> AdmitAsync(HttpContext context, PageNeed need)
    {
        var visitor = await sessions.FindAsync(context);
        if (need.LogIn && visitor is null)
        {
            context.Response.Redirect(LocalPath.LogIn(LocalPath.BackTo(context.Request)));
            return false;
        }

        context.Features.Set(visitor);
        context.Features.Set(visitor?.Caller);
        await next(context);
        return true;
    }

    /// <summary>The origin as a log may show it: a sender may write anything there.</summary>
    private static string OriginOf(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return CommonHeaders.IsPrintable(origin) ? origin : Uri.EscapeDataString(origin);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Refused a form for {Path} from {Origin}, because this server is {Own}: behind a proxy, set Evercam:Http:TrustedProxies")]
    private partial void LogForeignForm(string? path, string origin, string own);
}
