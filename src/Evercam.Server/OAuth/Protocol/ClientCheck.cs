using System.Security.Cryptography;
using System.Text;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Checks which application wants to exchange something, and its secret if it shows one. An application that cannot keep
/// a secret shows none: then only PKCE proves that it is the one that asked.</summary>
internal sealed class ClientCheck(EvercamDb db, Tokens tokens) : IOpenIddictServerHandler<ValidateTokenRequestContext>
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

        var id = request.ClientId ?? "";
        var known = ParamText.IsClean(id)
            ? await db.ApiCredentials.AsNoTracking()
                .SingleOrDefaultAsync(credential => credential.ApiId == id && credential.ClientKey != null, cancellation)
            : null;
        if (known is null || (request.ClientSecret is { Length: > 0 } secret && !AreEqual(known.ApiKey, secret)))
        {
            context.Reject(Errors.InvalidClient, "The client is unknown, or its secret is wrong");
        }
    }

    private static bool AreEqual(string known, string shown) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(shown));
}
