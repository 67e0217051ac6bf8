using System.Text.Json;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Evercam.Server.OAuth;

/// <summary>What holders of access tokens may ask, and that they may end them (contract 2.9 and 2.10). To hold one is the right
/// to.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder site)
    {
        site.MapGet("/oauth2/tokeninfo", InformAsync);
        site.MapGet("/oauth2/revoke", RevokeAsync);
        site.MapPost("/oauth2/revoke", RevokeByPostAsync);
    }

    private static async Task<IResult> InformAsync(
        TokenRequest request, Tokens tokens, IOptions<JsonOptions> json, TimeProvider clock, CancellationToken cancellation)
    {
        var token = await tokens.FindAsync(request.AccessToken, cancellation);
        return token is { Kind: TokenKind.Access } && tokens.IsGood(token)
            ? Answer(request, json, new TokenInfoResponse(
                request.AccessToken,
                token.Client!.Credential!.ApiId,
                token.ExpiresAt - clock.GetUtcNow().ToUnixTimeSeconds(),
                token.User!.UserName!))
            : Refuse(request, json);
    }

    private static async Task<IResult> RevokeAsync(
        TokenRequest request, Tokens tokens, Revocation revocation, IOptions<JsonOptions> json, CancellationToken cancellation)
    {
        if (await tokens.FindAsync(request.AccessToken, cancellation) is not { Kind: TokenKind.Access } token)
        {
            return Refuse(request, json);
        }

        await revocation.EndAsync(token, cancellation);
        return Answer(request, json, Nothing.Instance);
    }

    /// <summary>The contract and the standard have different names for the token, so both kinds of clients are answered.</summary>
    private static Task<IResult> RevokeByPostAsync(
        PostedTokenRequest request,
        RevocationRequest? standard,
        Tokens tokens,
        Revocation revocation,
        IOptions<JsonOptions> json,
        HttpContext context,
        CancellationToken cancellation) => request.Named.AccessToken.Length == 0 && standard is { Token.Length: > 0 }
            ? revocation.AnswerAsync(standard, context, cancellation)
            : RevokeAsync(request.Named, tokens, revocation, json, cancellation);

    private static IResult Refuse(TokenRequest request, IOptions<JsonOptions> json) =>
        Answer(request, json, new OAuthErrorResponse(OAuthErrors.InvalidRequest), StatusCodes.Status400BadRequest);

    private static IResult Answer<T>(
        TokenRequest request, IOptions<JsonOptions> json, T answer, int status = StatusCodes.Status200OK) =>
        request.Callback is not { } callback
            ? TypedResults.Json(answer, statusCode: status)
            : TypedResults.Text(
                $"{callback}({JsonSerializer.Serialize(answer, json.Value.SerializerOptions)})",
                "application/javascript; charset=utf-8",
                statusCode: status);
}
