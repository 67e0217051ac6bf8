using Evercam.Storage.Catalog;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Exchanges a code or a refresh token that the protocol found good, once, if the user still agrees.</summary>
internal sealed class Exchange(Issuance issuance, Revocation revocation) : IOpenIddictServerHandler<HandleTokenRequestContext>
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

        var (outcome, issued) = await issuance.ExchangeAsync(token, context.Request.Scope, token.NeedsSecret || showsSecret, cancellation);
        switch (outcome)
        {
            case IssueOutcome.Issued:
                http.Features.Set(issued);
                break;
            case IssueOutcome.InvalidScope:
                context.Reject(Errors.InvalidScope, "The requested scope is more than what was agreed to, unknown, or malformed");
                break;
            case IssueOutcome.UsedBefore:
                await revocation.EndAllOfCodeAsync(token, cancellation);
                context.Reject(Errors.InvalidGrant, "The token was used before");
                break;
            default:
                context.Reject(Errors.InvalidGrant, "The user has withdrawn what was agreed to");
                break;
        }
    }
}
