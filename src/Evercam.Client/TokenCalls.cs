namespace Evercam.Api;

/// <summary>What an access token is good for.</summary>
/// <param name="AccessToken">The token itself.</param>
/// <param name="Audience">The <c>client_id</c> of the application that may use it.</param>
/// <param name="ExpiresIn">How long it is still good, in seconds.</param>
/// <param name="Userid">The user for whom the application acts.</param>
public sealed record TokenInfo(string AccessToken, string Audience, long ExpiresIn, string Userid)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => $"{nameof(TokenInfo)} {Audience} {Userid}";
}

/// <summary>Access tokens of OAuth 2.0. How an application gets one is OAuth's: a browser shows <c>/oauth2/authorize</c>.</summary>
public sealed class TokenCalls
{
    private readonly Wire wire;

    internal TokenCalls(Wire wire) => this.wire = wire;

    /// <summary>Tells what an access token is good for: <c>GET /oauth2/tokeninfo</c>.</summary>
    /// <param name="accessToken">The token.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<TokenInfo> GetAsync(string accessToken, CancellationToken cancellation = default) =>
        wire.GetAsync($"oauth2/tokeninfo", new() { { "access_token", accessToken } }, ApiJson.Default.TokenInfo, cancellation);

    /// <summary>Ends an access token: <c>POST /oauth2/revoke</c>.</summary>
    /// <param name="accessToken">The token.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task RevokeAsync(string accessToken, CancellationToken cancellation = default) =>
        wire.SendAsync(
            HttpMethod.Post, $"oauth2/revoke", new() { { "access_token", accessToken } }, ApiJson.Default.JsonElement, cancellation);

    /// <summary>Ends an access or refresh token of an application, as RFC 7009 has it: <c>POST /oauth2/revoke</c>. One that is unknown counts
    /// as ended.</summary>
    /// <param name="token">The token.</param>
    /// <param name="clientId">The application whose token it is: its API id.</param>
    /// <param name="clientSecret">What proves the application: its API key; <see langword="null"/> for one that can keep no secret.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="EvercamException">There is no such application, its secret is another, or the token is another's.</exception>
    public Task RevokeAsync(string token, string clientId, string? clientSecret, CancellationToken cancellation = default) =>
        wire.SendAsync(
            HttpMethod.Post,
            $"oauth2/revoke",
            new() { { "token", token }, { "client_id", clientId }, { "client_secret", clientSecret } },
            ApiJson.Default.JsonElement,
            cancellation);
}
