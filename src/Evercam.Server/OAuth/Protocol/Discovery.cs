using System.Collections.Immutable;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Lets the discovery document promise only what there is: no identity tokens, and no issuer in the redirects, which the
/// contract writes to the letter. Clients that were promised one would refuse an answer without.</summary>
internal sealed class Discovery : IOpenIddictServerHandler<ApplyConfigurationResponseContext>
{
    private static readonly string[] OfIdentity =
    [
        "claims_parameter_supported", "claims_supported", "id_token_signing_alg_values_supported", "prompt_values_supported",
        "scopes_supported", "subject_types_supported",
    ];

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyConfigurationResponseContext>()
            .UseSingletonHandler<Discovery>()
            .SetOrder(int.MinValue)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(ApplyConfigurationResponseContext context)
    {
        foreach (var name in OfIdentity)
        {
            context.Response.RemoveParameter(name);
        }

        // An application that cannot keep a secret shows none, and proves itself by PKCE.
        var proofs = ImmutableArray.Create<string?>("client_secret_basic", "client_secret_post", "none");
        context.Response["token_endpoint_auth_methods_supported"] = new(proofs);
        context.Response["revocation_endpoint"] = new Uri(context.BaseUri ?? throw new InvalidOperationException("There is no request."), "oauth2/revoke").AbsoluteUri;
        context.Response["revocation_endpoint_auth_methods_supported"] = new(proofs);
        context.Response["authorization_response_iss_parameter_supported"] = false;
        return ValueTask.CompletedTask;
    }
}
