using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Passes over where a client means to show its token: every token of this server is for this server. Clients name it to all
/// servers alike (RFC 8707), and the protocol's implementation would refuse what nobody registered.</summary>
internal sealed class OtherServers
    : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>, IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor AuthorizationDescriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseSingletonHandler<OtherServers>()
            .SetOrder(int.MinValue)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public static OpenIddictServerHandlerDescriptor TokenDescriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<OtherServers>()
            .SetOrder(int.MinValue)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context) => PassOver(context);

    public ValueTask HandleAsync(ValidateTokenRequestContext context) => PassOver(context);

    private static ValueTask PassOver(BaseContext context)
    {
        context.Transaction.Request?.RemoveParameter(Parameters.Resource);
        context.Transaction.Request?.RemoveParameter(Parameters.Audience);
        return ValueTask.CompletedTask;
    }
}
