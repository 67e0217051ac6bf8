namespace Evercam.Server.OAuth;

/// <summary>What a program is told that went wrong.</summary>
internal sealed record OAuthErrorResponse(string Error);

/// <summary>What an access token is (contract 2.9).</summary>
/// <param name="AccessToken">The token itself.</param>
/// <param name="Audience">The <c>client_id</c> of the application that may use it.</param>
/// <param name="ExpiresIn">How long it is still good, in seconds.</param>
/// <param name="Userid">The user for whom the application acts.</param>
internal sealed record TokenInfoResponse(string AccessToken, string Audience, long ExpiresIn, string Userid)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => $"{nameof(TokenInfoResponse)} {Audience} {Userid}";
}

/// <summary>What a code or a refresh token is exchanged for (contract 2.8).</summary>
/// <param name="AccessToken">What an application acts with.</param>
/// <param name="TokenType">How it is sent: as a bearer token.</param>
/// <param name="ExpiresIn">How long it is good, in seconds.</param>
/// <param name="RefreshToken">What can be exchanged for the next one, once.</param>
/// <param name="Scope">What the access token is good for.</param>
internal sealed record TokensResponse(string AccessToken, string TokenType, long ExpiresIn, string RefreshToken, string Scope)
{
    /// <summary>Never the tokens.</summary>
    public override string ToString() => nameof(TokensResponse);
}

/// <summary>What the server can, as RFC 8414 names it.</summary>
internal sealed record DiscoveryResponse(
    string Issuer,
    string AuthorizationEndpoint,
    string TokenEndpoint,
    string RevocationEndpoint,
    IReadOnlyList<string> GrantTypesSupported,
    IReadOnlyList<string> ResponseTypesSupported,
    IReadOnlyList<string> ResponseModesSupported,
    IReadOnlyList<string> CodeChallengeMethodsSupported,
    IReadOnlyList<string> TokenEndpointAuthMethodsSupported,
    IReadOnlyList<string> RevocationEndpointAuthMethodsSupported,
    bool RequirePushedAuthorizationRequests,
    bool TlsClientCertificateBoundAccessTokens,
    bool RequestParameterSupported,
    bool RequestUriParameterSupported,
    bool AuthorizationResponseIssParameterSupported);
