using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.OAuth;

/// <summary><c>POST /oauth2/revoke</c> as today's clients ask it (RFC 7009).</summary>
/// <param name="Token">An access or refresh token; blank if none is named so.</param>
/// <param name="ClientId">Who asks; blank if that is not said.</param>
/// <param name="ClientSecret">What proves it, if it is shown.</param>
internal sealed record RevocationRequest(string Token, string ClientId, string? ClientSecret)
{
    /// <returns><see langword="null"/> for what cannot be read.</returns>
    public static async ValueTask<RevocationRequest?> BindAsync(HttpContext context)
    {
        try
        {
            return await Params.BindAsync(context, read => Read(read, context.Request.Headers.Authorization.ToString()));
        }
        catch (ApiException unreadable) when (unreadable.Status != StatusCodes.Status503ServiceUnavailable)
        {
            return null;
        }
    }

    private static RevocationRequest Read(ParamReader read, string header)
    {
        var shown = header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) ? Credentials.DecodeBasic(header[6..].Trim()) : null;
        return new(
            read.Text("token") ?? "",
            shown?.Login ?? read.Text("client_id") ?? "",
            shown?.Password ?? read.Text("client_secret"));
    }

    /// <summary>Never the token or the secret.</summary>
    public override string ToString() => $"{nameof(RevocationRequest)} {ClientId}";
}

/// <summary>Ends tokens, and withdraws what the user agreed to (contract 2.7), all at once: nothing is given out meanwhile.</summary>
internal sealed class Revocation(EvercamDb db, Tokens tokens, Consents consents, ClientProof clients, CallerCache callers)
{
    /// <summary>Ends a token. One that was used up or ended before proves nothing: what the user agrees to stays. An access token proves who has
    /// it also when its time is over (contract 2.10): clients of the implicit grant have nothing else.</summary>
    public Task EndAsync(Token token, CancellationToken cancellation) =>
        tokens.IsGood(token) || token is { Kind: TokenKind.Access, RevokedAt: null } ? EndProvenAsync(token, cancellation) : Task.CompletedTask;

    private Task EndProvenAsync(Token token, CancellationToken cancellation) => AtOnceAsync(
        token.ClientKey,
        token.UserKey,
        async () =>
        {
            await (token.Kind == TokenKind.Access
                ? tokens.RevokeAsync(token, cancellation)
                : tokens.RevokeAllOfCodeAsync(token, cancellation));
            await consents.WithdrawAsync(token.ClientKey, token.UserKey, cancellation);
        },
        cancellation);

    /// <summary>Ends all that came from a code: someone who should not has got hold of it, or of its successors.</summary>
    public Task EndAllOfCodeAsync(Token token, CancellationToken cancellation) =>
        AtOnceAsync(token.ClientKey, token.UserKey, () => tokens.RevokeAllOfCodeAsync(token, cancellation), cancellation);

    /// <summary>Takes back all that a user agreed to for an application, and all that was given out because of it.</summary>
    public Task WithdrawAsync(long clientKey, long userKey, CancellationToken cancellation) => AtOnceAsync(
        clientKey,
        userKey,
        async () =>
        {
            await consents.WithdrawAsync(clientKey, userKey, cancellation);
            await tokens.RevokeAllAsync(clientKey, userKey, cancellation);
        },
        cancellation);

    /// <summary>Answers a client that speaks the standard: there, a token that is unknown is as good as ended.</summary>
    public async Task<IResult> AnswerAsync(RevocationRequest request, HttpContext context, CancellationToken cancellation)
    {
        var client = request.ClientId.Length == 0 ? null : await clients.FindAsync(request.ClientId, request.ClientSecret, cancellation);
        if (client is null && request.ClientId.Length > 0)
        {
            context.Response.Headers.WWWAuthenticate = Challenge.For(context.Request);
            return TypedResults.Json(new OAuthErrorResponse("invalid_client"), statusCode: StatusCodes.Status401Unauthorized);
        }

        // Codes travel in addresses: they are for exchanging, and here as unknown as any other text.
        if (await tokens.FindAsync(request.Token, cancellation) is { } token && token.Kind != TokenKind.Code)
        {
            if (client is not null && client.ClientKey != token.ClientKey)
            {
                return TypedResults.Json(
                    new OAuthErrorResponse(OAuthErrors.UnauthorizedClient), statusCode: StatusCodes.Status400BadRequest);
            }

            // A client that proves itself may have missed what came in its refresh token's stead.
            var isProven = client is not null && !string.IsNullOrEmpty(request.ClientSecret) && token is { Kind: TokenKind.Refresh, RevokedAt: null };
            await (isProven ? EndProvenAsync(token, cancellation) : EndAsync(token, cancellation));
        }

        return TypedResults.Json(Nothing.Instance);
    }

    private async Task AtOnceAsync(long clientKey, long userKey, Func<Task> end, CancellationToken cancellation)
    {
        await using var together = await db.Database.BeginTransactionAsync(cancellation);
        await db.HoldForWithdrawalAsync(userKey, clientKey, cancellation);
        await end();
        await together.CommitAsync(CancellationToken.None);
        callers.ForgetClient(clientKey);
    }
}
