using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Exchanges a code or a refresh token that the protocol found good, once, if the user still agrees.</summary>
internal sealed class Exchange(Tokens tokens, Consents consents) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleTokenRequestContext>()
            .UseScopedHandler<Exchange>()
            .SetOrder(int.MinValue)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        var http = context.HttpContext();
        var cancellation = http.RequestAborted;
        var token = http.Features.Get<Token>() ?? throw new InvalidOperationException("There is nothing to exchange.");
        var showsSecret = context.Request.ClientSecret is { Length: > 0 };
        if (token.NeedsSecret && !showsSecret)
        {
            context.Reject(Errors.InvalidClient, "The client must show its secret, or use PKCE");
            return;
        }

        if (!await consents.CoverAsync(token.ClientKey, Scope.Read(token.UserKey, token.Rights), cancellation))
        {
            context.Reject(Errors.InvalidGrant, "The user has withdrawn what was agreed to");
            return;
        }

        if (!await tokens.UseAsync(token, cancellation))
        {
            await tokens.RevokeAllOfCodeAsync(token, cancellation);
            context.Reject(Errors.InvalidGrant, "The token was used before");
            return;
        }

        http.Features.Set(new TokenTerms(token.ClientKey, token.UserKey, token.Scope, token.Rights)
        {
            CodeKey = token.CodeKey ?? token.Key,
            NeedsSecret = token.NeedsSecret || showsSecret,
        });
    }
}
