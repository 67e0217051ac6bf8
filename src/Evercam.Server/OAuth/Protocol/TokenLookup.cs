using System.Globalization;
using System.Security.Claims;
using Evercam.Storage.Catalog;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using Kinds = OpenIddict.Abstractions.OpenIddictConstants.TokenTypeIdentifiers;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Finds the row of a code or refresh token that is to be exchanged, and tells the protocol what it must compare: the
/// client, the place the code was sent to, the hash of the verifier.</summary>
internal sealed class TokenLookup(Tokens tokens, Revocation revocation) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
            .UseScopedHandler<TokenLookup>()
            .SetOrder(OpenIddictServerHandlers.Protection.ValidateIdentityModelToken.Descriptor.Order - 1)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        TokenKind? wanted = context.ValidTokenTypes.Contains(Kinds.Private.AuthorizationCode) ? TokenKind.Code
            : context.ValidTokenTypes.Contains(Kinds.RefreshToken) ? TokenKind.Refresh
            : null;
        if (wanted is null)
        {
            return;
        }

        var http = context.HttpContext();
        var token = await tokens.FindAsync(context.Token, http.RequestAborted);
        if (token?.Kind != wanted)
        {
            context.Reject(Errors.InvalidToken, "The token is unknown");
            return;
        }

        if (token.UsedAt is not null)
        {
            // Whoever comes second, one of the two is a thief.
            await revocation.EndAllOfCodeAsync(token, http.RequestAborted);
        }

        if (!tokens.IsGood(token))
        {
            context.Reject(Errors.InvalidToken, "The token was used, revoked, or has expired");
            return;
        }

        if (http.Features.Get<OfOld>() is not null && string.IsNullOrEmpty(context.Request?.RedirectUri))
        {
            // The endpoint of old does not ask for it.
            context.Request?.RedirectUri = token.RedirectUri;
        }

        http.Features.Set(token);
        context.Principal = Describe(token);
    }

    private static ClaimsPrincipal Describe(Token token)
    {
        var identity = new ClaimsIdentity("token");
        identity.SetClaim(Claims.Subject, token.UserKey.ToString(CultureInfo.InvariantCulture))
            .SetClaim(Claims.Private.RedirectUri, token.RedirectUri)
            .SetClaim(Claims.Private.CodeChallenge, token.CodeChallenge)
            .SetClaim(Claims.Private.CodeChallengeMethod, token.CodeChallenge is null ? null : CodeChallengeMethods.Sha256);
        identity.SetPresenters(token.Client!.Credential!.ApiId);
        identity.SetScopes(token.Scope.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries));
        identity.SetTokenType(token.Kind == TokenKind.Code ? Kinds.Private.AuthorizationCode : Kinds.RefreshToken);
        return new(identity);
    }
}
