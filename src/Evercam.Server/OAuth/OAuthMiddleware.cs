using System.Collections.Frozen;
using Evercam.Server.Http;

namespace Evercam.Server.OAuth;

/// <summary>
/// Brings requests to the form that the protocol's implementation knows. The answer to a question becomes that question again, with
/// the answer beside it: so all is checked anew, and an application that is gone gets nothing. The token endpoint of old (contract
/// 2.8) becomes today's. And <c>HEAD</c> becomes <c>GET</c>: the implementation looks at paths before methods, and would say of
/// others that the application is wrong.
/// </summary>
internal sealed class OAuthMiddleware(RequestDelegate next)
{
    public const string Authorize = "/oauth2/authorize";
    public const string Feedback = "/oauth2/feedback";
    public const string Token = "/oauth2/token";
    public const string AuthorizationServer = "/.well-known/oauth-authorization-server";
    public const string OpenIdConfiguration = "/.well-known/openid-configuration";

    /// <summary>What each path answers, as the <c>Allow</c> header lists it.</summary>
    private static readonly FrozenDictionary<string, string> Methods = new Dictionary<string, string>
    {
        [Authorize] = "GET, HEAD, OPTIONS, POST",
        [Token] = "OPTIONS, POST",
        [Feedback] = "OPTIONS, POST",
        ["/oauth2/error"] = "GET, HEAD, OPTIONS",
        ["/oauth2/tokeninfo"] = "GET, HEAD, OPTIONS",
        ["/oauth2/revoke"] = "GET, HEAD, OPTIONS, POST",
        [AuthorizationServer] = "GET, HEAD, OPTIONS",
        [OpenIdConfiguration] = "GET, HEAD, OPTIONS",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        // The protocol's implementation would forgive another spelling, and answer where nothing is (contract 0.1).
        if (!Methods.TryGetValue(request.Path.Value!, out var allow))
        {
            throw ApiException.NotFound();
        }

        if (!allow.Split(", ").Contains(request.Method, StringComparer.OrdinalIgnoreCase))
        {
            throw ApiException.MethodNotAllowed(allow);
        }

        if (HttpMethods.IsOptions(request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            context.Response.Headers.Allow = allow;
            return;
        }

        if (!HttpMethods.IsHead(request.Method))
        {
            await PassAsync(context);
            return;
        }

        try
        {
            // The server itself remembers that no body may follow.
            request.Method = HttpMethods.Get;
            await PassAsync(context);
        }
        finally
        {
            request.Method = HttpMethods.Head;
        }
    }

    private async Task PassAsync(HttpContext context)
    {
        var request = context.Request;
        var isPost = HttpMethods.IsPost(request.Method);
        if (isPost && request.Path == Feedback)
        {
            if (await TakeAnswerAsync(context) is not var (query, answer))
            {
                context.Response.Redirect(OAuthErrors.Page(OAuthErrors.AccessDenied));
                return;
            }

            context.Features.Set(answer);
            (request.Method, request.Path, request.QueryString) = (HttpMethods.Get, Authorize, new(query));
        }
        else if (isPost && request.Path == Authorize)
        {
            context.Features.Set(new OfOld());
            request.Path = Token;
        }

        if (isPost && request.Path == Token && !await IsReadableAsync(context))
        {
            await TypedResults.Json(
                new OAuthErrorResponse(OAuthErrors.InvalidRequest), statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    /// <summary>Reads the form here, within the room that all bodies share: the protocol's implementation would read whatever comes,
    /// and takes a malformed form for a failure of the server.</summary>
    private static async Task<bool> IsReadableAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            // Nobody reads it.
            return true;
        }

        var place = context.RequestServices.GetRequiredService<BodyRoom>().PlaceFor(context);
#pragma warning disable CA2000 // It goes with the request.
        request.Body = new MemoryStream(
            await RequestBody.ReadWholeAsync(PacedBody.Of(context), HttpOptions.FieldBytes, place, context.RequestAborted));
#pragma warning restore CA2000
        try
        {
            return await request.ReadFormAsync(context.RequestAborted) is not null;
        }
        catch (Exception odd) when (odd is InvalidDataException or NotSupportedException)
        {
            // Malformed, or in a set of characters that nobody writes any more, such as UTF-7.
            return false;
        }
    }

    private static async Task<(string Query, Answer Answer)?> TakeAnswerAsync(HttpContext context)
    {
        var form = await Params.ReadAsync(context);
        var action = form.FindText("action");
        return action is not null
            && Visitor.Of(context) is { } visitor
            && await context.RequestServices.GetRequiredService<Questions>()
                .TakeAsync(visitor, form.FindText("question"), context.RequestAborted) is { } query
            ? (query, new(action.Trim().Equals("approve", StringComparison.OrdinalIgnoreCase)))
            : null;
    }
}

/// <summary>Marks a request to the token endpoint of old, which has words of its own.</summary>
internal sealed record OfOld;
