namespace Evercam.Server.OAuth;

/// <summary>The contract's words for what can go wrong (2.6).</summary>
internal static class OAuthErrors
{
    public const string UnauthorizedClient = "unauthorized_client";
    public const string InvalidRedirectUri = "invalid_redirect_uri";
    public const string UnsupportedResponseType = "unsupported_response_type";
    public const string InvalidScope = "invalid_scope";
    public const string InvalidRequest = "invalid_request";
    public const string AccessDenied = "access_denied";
    public const string ServerError = "server_error";

    /// <summary>What an application is told when the user says no, and when the user cannot say yes.</summary>
    public const string Denied = "The resource owner denied the request";

    /// <summary>The page that tells a person, where no application may be told.</summary>
    public static string Page(string error) => $"/oauth2/error?error={error}";
}
