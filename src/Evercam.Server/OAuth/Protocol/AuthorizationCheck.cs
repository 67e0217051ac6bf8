using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Evercam.Server.OAuth.Protocol;

/// <summary>Checks an authorization request in the contract's order (2.2, steps 1 to 4), before the protocol's own checks. What
/// passes leaves a <see cref="Question"/>.</summary>
internal sealed class AuthorizationCheck(EvercamDb db) : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseScopedHandler<AuthorizationCheck>()
            .SetOrder(int.MinValue)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        var http = context.HttpContext();
        var asked = context.Request;
        var id = asked.ClientId ?? "";
        var client = ParamText.IsClean(id)
            ? await db.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.Credential!.ApiId == id, http.RequestAborted)
            : null;
        if (client is null)
        {
            context.Reject(OAuthErrors.UnauthorizedClient);
            return;
        }

        var byCode = asked.ResponseType == "code";
        var isSaidTwice = http.Request.Query["redirect_uri"].Count > 1;
        if (isSaidTwice || FindRedirectUri(client, asked.RedirectUri, byCode) is not { } redirectUri)
        {
            context.Reject(OAuthErrors.InvalidRedirectUri);
            return;
        }

        // From here on the application may be told.
        var scopes = AskedScope.Read(asked.Scope);
        var inQuery = byCode && asked.ResponseMode != ResponseModes.Fragment;
        http.Features.Set(new Question(
            client.Key, client.Name, redirectUri, byCode, inQuery, asked.Scope ?? "", scopes ?? [], (string?)asked["state"]));
        context.SetRedirectUri(redirectUri);
        if (!byCode && asked.ResponseType != "token")
        {
            context.Reject(OAuthErrors.UnsupportedResponseType, "The authorization server does not support this response type");
        }
        else if (http.Request.Query["state"].Count > 1)
        {
            context.Reject(OAuthErrors.InvalidRequest, "The state must not be given twice");
        }
        else if (!LocalPath.Fits(http.Request.GetEncodedPathAndQuery()))
        {
            context.Reject(OAuthErrors.InvalidRequest, "The request is too long to be led back to after the log-in");
        }
        else if (scopes is null)
        {
            context.Reject(OAuthErrors.InvalidScope, "The requested scope is invalid, unknown, or malformed");
        }
    }

    /// <summary>Where the answer goes. A code's way must be named, because its exchange names it again.</summary>
    private static string? FindRedirectUri(Client client, string? asked, bool byCode) =>
        asked is { Length: > 0 } ? CallbackUri.Matches(client.CallbackUris, asked) ? asked : null
        : byCode ? null
        : CallbackUri.DefaultOf(client.CallbackUris);
}
