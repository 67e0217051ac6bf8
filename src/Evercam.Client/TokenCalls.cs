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
}
