using System.Security.Cryptography;
using Evercam.Server.OAuth.Protocol;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace Evercam.Server.OAuth;

/// <summary>
/// Adds OAuth 2.0. OpenIddict speaks the protocol; what it needs to know is in our own tables, so it runs in its mode without
/// tables of its own, and our handlers read clients, write tokens and ask for consent.
/// </summary>
internal static class OAuthSetup
{
    public static WebApplicationBuilder AddOAuth(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<OAuthOptions>().BindConfiguration(OAuthOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddScoped<Consents>();
        services.AddScoped<AccessList>();
        services.AddScoped<Questions>();
        services.AddScoped<Tokens>();
        services.AddScoped<Issuance>();
        services.AddScoped<ClientProof>();
        services.AddScoped<Revocation>();
        services.AddOpenIddict().AddServer(Configure);
        return builder;
    }

    /// <summary>Only what belongs to the protocol passes its implementation: the API is spared it.</summary>
    public static void UseOAuth(this WebApplication app)
    {
        // The host would put this before everything, for every request, if it were not told that it is there.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        app.UseWhen(
            context => Answers(context.Request.Path),
            oauth =>
            {
                oauth.UseMiddleware<OAuthMiddleware>();
                oauth.UseMiddleware<AuthenticationMiddleware>();
            });
    }

    /// <summary>Whether a path is the protocol's.</summary>
    public static bool Answers(PathString path) =>
        path.StartsWithSegments("/oauth2", StringComparison.Ordinal) || path.StartsWithSegments("/.well-known", StringComparison.Ordinal);

    private static void Configure(OpenIddictServerBuilder server)
    {
        server.EnableDegradedMode()
            .SetAuthorizationEndpointUris(OAuthMiddleware.Authorize)
            .SetTokenEndpointUris(OAuthMiddleware.Token)
            .SetJsonWebKeySetEndpointUris(Array.Empty<Uri>())
            .AllowImplicitFlow()
            .AllowAuthorizationCodeFlow()
            .AllowRefreshTokenFlow()
            .DisableScopeValidation();

        // It asks for keys, and never uses them: our tokens say nothing.
        server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)))
            .AddEphemeralSigningKey(SecurityAlgorithms.EcdsaSha256);

        server.Configure(options =>
        {
            // Not of this server: tokens that say who someone is, verifiers in clear, and other proofs than a secret.
            options.CodeChallengeMethods.RemoveWhere(method => method is not "S256");
            options.ResponseTypes.RemoveWhere(type => type is not ("code" or "token"));
            options.ResponseModes.RemoveWhere(mode => mode is not ("query" or "fragment"));
            options.ClientAuthenticationMethods.RemoveWhere(method => method is not ("client_secret_basic" or "client_secret_post"));
        });

        // It takes a scope for a mistake where a code is exchanged: the standard has none there, and clients send one all the same.
        server.RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateScopeParameter.Descriptor);

        // It compares scopes letter by letter, and has another word for those that are too much.
        server.RemoveEventHandler(OpenIddictServerHandlers.Exchange.ValidateGrantedScopes.Descriptor);

        server.AddEventHandler(OtherServers.AuthorizationDescriptor)
            .AddEventHandler(OtherServers.TokenDescriptor)
            .AddEventHandler(AuthorizationCheck.Descriptor)
            .AddEventHandler(AuthorizationAnswer.Descriptor)
            .AddEventHandler(ClientCheck.Descriptor)
            .AddEventHandler(TokenLookup.Descriptor)
            .AddEventHandler(Exchange.Descriptor)
            .AddEventHandler(RefreshAlways.Descriptor)
            .AddEventHandler(TokenWriter.Descriptor)
            .AddEventHandler(TokenLifetime.Descriptor)
            .AddEventHandler(ClientChallenge.Descriptor)
            .AddEventHandler(OwnErrors.Descriptor)
            .AddEventHandler(GrantedScope.Descriptor)
            .AddEventHandler(Discovery.Descriptor)
            .AddEventHandler(OldTokenEndpoint.RequestDescriptor)
            .AddEventHandler(OldTokenEndpoint.ResponseDescriptor);

        // Plain http is for this machine, and for a proxy before it.
        server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().DisableTransportSecurityRequirement();
    }
}
