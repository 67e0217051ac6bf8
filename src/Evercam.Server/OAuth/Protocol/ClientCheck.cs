using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Checks which application wants to exchange something, and its secret if it shows one. An application that cannot keep
/// a secret shows none: then only PKCE proves that it is the one that asked.</summary>
internal sealed class ClientCheck(ClientProof clients, Tokens tokens) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseScopedHandler<ClientCheck>()
            .SetOrder(OpenIddictServerHandlers.Exchange.ValidateAuthentication.Descriptor.Order - 1)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var cancellation = context.HttpContext().RequestAborted;
        var request = context.Request;
        if (string.IsNullOrEmpty(request.ClientId) && request.RefreshToken is { Length: > 0 } refreshed)
        {
            // The protocol of old does not say who refreshes: the token does.
            request.ClientId = (await tokens.FindAsync(refreshed, cancellation))?.Client!.Credential!.ApiId;
        }

        if (await clients.FindAsync(request.ClientId ?? "", request.ClientSecret, cancellation) is null)
        {
            context.Reject(Errors.InvalidClient, "The client is unknown, or its secret is wrong");
        }
    }
}
