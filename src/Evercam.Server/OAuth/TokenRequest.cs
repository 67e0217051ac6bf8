using Evercam.Server.Http;

namespace Evercam.Server.OAuth;

/// <summary>A request about an access token, perhaps from a script that can only load other scripts (JSONP). What of it cannot be read
/// counts as not there: the answer is the protocol's, whatever comes.</summary>
/// <param name="AccessToken">The token; blank if none is named.</param>
/// <param name="Callback">The function that the answer is wrapped in; <see langword="null"/> for plain JSON.</param>
internal sealed record TokenRequest(string AccessToken, string? Callback)
{
    private static readonly string[] Names = ["callback", "jscallback", "jsonp", "jsoncallback"];

    public static ValueTask<TokenRequest?> BindAsync(HttpContext context) =>
        Params.BindReadableAsync(context, read => Read(read, read.RequiredText("access_token")));

    public static TokenRequest Read(ParamReader read, string accessToken) =>
        new(accessToken, CallbackOf(Names.Select(read.Text).FirstOrDefault(name => name is not null)));

    /// <summary>Never the token.</summary>
    public override string ToString() => nameof(TokenRequest);

    /// <summary>A function's name has no other letters, whatever was sent.</summary>
    private static string? CallbackOf(string? text)
    {
        var name = string.Concat((text ?? "").Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '$' or '.'));
        return name.Length > 0 ? name : null;
    }
}

/// <summary><c>POST /oauth2/revoke</c>: the token may have another name there, see <see cref="RevocationRequest"/>.</summary>
internal sealed record PostedTokenRequest(TokenRequest Named)
{
    public static ValueTask<PostedTokenRequest?> BindAsync(HttpContext context) => Params.BindReadableAsync(
        context, read => new PostedTokenRequest(TokenRequest.Read(read, read.Text("access_token") ?? "")));
}
