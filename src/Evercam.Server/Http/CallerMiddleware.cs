using Evercam.Server.Rights;

namespace Evercam.Server.Http;

/// <summary>Finds out who calls. Bad credentials end here, on open endpoints too, and so does nobody where somebody is
/// needed; and after them whatever cannot be read, whether or not anything of it is asked for.</summary>
internal sealed class CallerMiddleware(RequestDelegate next, CallerSource source, Origins origins)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Need>() is { } need)
        {
            if (!need.IgnoresCredentials)
            {
                await IdentifyAsync(context, need);
            }

            (await Params.ReadAsync(context)).ThrowIfRefused();
        }

        await next(context);
    }

    private async Task IdentifyAsync(HttpContext context, Need need)
    {
        var caller = await source.IdentifyAsync(context);
        if (need.Caller && caller.IsAnonymous)
        {
            throw ApiException.Unauthenticated();
        }

        if (caller.Scheme == CallerScheme.Session && !IsSafe(context.Request.Method) && !origins.MayChange(context.Request))
        {
            throw ApiException.Unauthorized();
        }

        context.Features.Set(caller);
    }

    internal static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
