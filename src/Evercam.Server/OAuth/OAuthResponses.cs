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
