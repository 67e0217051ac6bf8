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

        context.Response["authorization_response_iss_parameter_supported"] = false;
        return ValueTask.CompletedTask;
    }
}
