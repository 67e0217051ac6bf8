using Evercam.Storage.Catalog;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using Kinds = OpenIddict.Abstractions.OpenIddictConstants.TokenTypeIdentifiers;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Makes the protocol's tokens ours: those that were given out when all that they rest on was looked at.</summary>
internal sealed class TokenWriter : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
            .UseSingletonHandler<TokenWriter>()
            .SetOrder(int.MinValue)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        var kind = context.TokenType switch
        {
            Kinds.AccessToken => TokenKind.Access,
            Kinds.RefreshToken => TokenKind.Refresh,
            Kinds.Private.AuthorizationCode => TokenKind.Code,
            _ => throw new InvalidOperationException($"Nobody asked for a token of the type {context.TokenType}."),
        };
        context.Token = IssuedTokens.Of(context.HttpContext())?.Secrets.GetValueOrDefault(kind)
            ?? throw new InvalidOperationException($"No token of the type {context.TokenType} was given out.");
        return ValueTask.CompletedTask;
    }
}
