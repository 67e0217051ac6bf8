using Evercam.Server.Http;

namespace Evercam.Server.OAuth;

/// <summary>Paths that the protocol's implementation answers, before anything that stands here is reached. They are mapped so that they are
/// known, and described with all others.</summary>
internal static class ProtocolEndpoints
{
    /// <summary>What it reads of the question whether a user allows an application something (contract 2.1, RFC 7636).</summary>
    public static ProtocolParams Question { get; } = new(
        Must("response_type"), Must("client_id"), Must("scope"), May("redirect_uri"), May("state"), May("response_mode"),
        May("code_challenge"), May("code_challenge_method"));

    /// <summary>What it reads where something is exchanged for tokens.</summary>
    private static ProtocolParams Exchange { get; } = new(
        Must("grant_type"), May("code"), May("redirect_uri"), May("code_verifier"), May("refresh_token"), May("scope"),
        May("client_id"), May("client_secret"));

    /// <summary>What it reads of the answer of a user who is asked (contract 2.5).</summary>
    public static ProtocolParams Feedback { get; } = new(Must("action"), May("question"));

    public static void MapProtocol(this IEndpointRouteBuilder site)
    {
        site.MapPost(OAuthMiddleware.Authorize, IsAnsweredBefore).WithMetadata(Exchange);
        site.MapPost(OAuthMiddleware.Token, IsAnsweredBefore).WithMetadata(Exchange);
        site.MapGet(OAuthMiddleware.AuthorizationServer, IsAnsweredBefore);
        site.MapGet(OAuthMiddleware.OpenIdConfiguration, IsAnsweredBefore);
    }

    private static IResult IsAnsweredBefore() => throw ApiException.NotFound();

    private static AskedParam Must(string name) => new(name, ParamType.Text, IsRequired: true);

    private static AskedParam May(string name) => new(name, ParamType.Text, IsRequired: false);
}
