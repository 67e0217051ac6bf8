using Evercam.Storage.Catalog;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using Kinds = OpenIddict.Abstractions.OpenIddictConstants.TokenTypeIdentifiers;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Makes the protocol's tokens ours: a random text, and a row with its hash.</summary>
internal sealed class TokenWriter(Tokens tokens) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
            .UseScopedHandler<TokenWriter>()
            .SetOrder(int.MinValue)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        var http = context.HttpContext();
        var kind = context.TokenType switch
        {
            Kinds.AccessToken => TokenKind.Access,
            Kinds.RefreshToken => TokenKind.Refresh,
            Kinds.Private.AuthorizationCode => TokenKind.Code,
            _ => throw new InvalidOperationException($"Nobody asked for a token of the type {context.TokenType}."),
        };
        var terms = TokenTerms.Of(http) ?? throw new InvalidOperationException("Nobody said what the token is for.");
        context.Token = await tokens.IssueAsync(kind, terms, http.RequestAborted);
    }
}
