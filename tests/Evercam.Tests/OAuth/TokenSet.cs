using System.Text.Json.Nodes;

namespace Evercam.Tests.OAuth;

/// <summary>What the token endpoint answers.</summary>
internal sealed record TokenSet(
    int Status, string Error, string Access, string Refresh, string Type, long ExpiresIn, string CacheControl, string Scope)
{
    public (int Status, string Error) Ends => (Status, Error);

    public static TokenSet Of(Sight answer)
    {
        var json = JsonNode.Parse(answer.Body)!;
        return new(
            answer.Status,
            (string?)json["error"] ?? "",
            (string?)json["access_token"] ?? "",
            (string?)json["refresh_token"] ?? "",
            (string?)json["token_type"] ?? "",
            (long?)json["expires_in"] ?? 0,
            answer.Header("Cache-Control").Split(',')[0],
            (string?)json["scope"] ?? "");
    }
}
