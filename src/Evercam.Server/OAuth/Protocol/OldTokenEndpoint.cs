using Evercam.Server.Http;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Speaks to the clients of the token endpoint of old (contract 2.8): it had another word for refreshing, and few words
/// for what goes wrong.</summary>
internal sealed class OldTokenEndpoint
    : IOpenIddictServerHandler<ValidateTokenRequestContext>, IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public static OpenIddictServerHandlerDescriptor RequestDescriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<OldTokenEndpoint>()
            .SetOrder(int.MinValue)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public static OpenIddictServerHandlerDescriptor ResponseDescriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyTokenResponseContext>()
            .UseSingletonHandler<OldTokenEndpoint>()
            .SetOrder(OpenIddictServerHandlers.Exchange.NormalizeErrorResponse.Descriptor.Order + 1)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (IsAsked(context) && context.Request.GrantType == "refresh_code")
        {
            context.Request.GrantType = GrantTypes.RefreshToken;
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (!IsAsked(context) || context.Response.Error is not { Length: > 0 } error)
        {
            return;
        }

        var (status, word) = error switch
        {
            Errors.InvalidClient => (StatusCodes.Status401Unauthorized, OAuthErrors.UnauthorizedClient),
            Errors.InvalidGrant => (StatusCodes.Status400BadRequest, OAuthErrors.AccessDenied),
            _ => (StatusCodes.Status400BadRequest, OAuthErrors.InvalidRequest),
        };
        var http = context.HttpContext();
        if (status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = Challenge.For(http.Request);
        }

        await TypedResults.Json(new OAuthErrorResponse(word), statusCode: status).ExecuteAsync(http);
        context.HandleRequest();
    }

    private static bool IsAsked(BaseContext context) => context.HttpContext().Features.Get<OfOld>() is not null;
}
