using System.Security.Cryptography;
using System.Text;

namespace Evercam.Tests.OAuth;

/// <summary>An application that joe has agreed to, and its ways to codes and tokens (contract 2.8).</summary>
public abstract class CodeFlow(SharedApp shared) : IAsyncLifetime
{
    protected const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private protected OAuthStage Stage { get; private set; } = null!;

    protected SharedApp Shared => shared;

    public async ValueTask InitializeAsync()
    {
        Stage = await OAuthStage.SetAsync(shared.App);
        await Stage.Surfer.LogInAsync(Stage.Joe);
    }

    public ValueTask DisposeAsync()
    {
        Stage.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static string Challenge() =>
        System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    protected string Ask(params (string Name, string? Value)[] more) =>
        Stage.Ask("user:view", [("response_type", "code"), ("redirect_uri", OAuthStage.Callback), .. more]);

    protected async Task<string> CodeAsync(bool pkce, string? state = null, string? scope = null)
    {
        (string, string?)[] proof = pkce ? [("code_challenge", Challenge()), ("code_challenge_method", "S256")] : [];
        var answer = await Stage.Surfer.GetAsync(Ask([("state", state), ("scope", scope ?? "user:view"), .. proof]));
        if (answer.Status == 200)
        {
            answer = await Stage.Surfer.PostAsync("/oauth2/feedback", ("action", "approve"));
        }

        var match = System.Text.RegularExpressions.Regex.Match(
            answer.Location!, @"\Ahttps://app\.example/back\?of=app&code=([0-9a-f]{40})(&state=a\+b)?\z");
        Assert.True(match.Success, answer.Location);
        return match.Groups[1].Value;
    }

    protected static Dictionary<string, string> Form(string code, bool secret, string? verifier, string? place, TestUser client)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["client_id"] = client.ApiId,
        };
        Add("client_secret", secret ? client.ApiKey : null);
        Add("code_verifier", verifier);
        Add("redirect_uri", place);
        return form;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                form[name] = value;
            }
        }
    }

    protected Dictionary<string, string> RefreshForm(string token, bool secret)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = token,
            ["client_id"] = Stage.Client.ApiId,
        };
        if (secret)
        {
            form["client_secret"] = Stage.Client.ApiKey;
        }

        return form;
    }

    private protected Task<TokenSet> ExchangeAsync(
        string code, bool secret, string? verifier = null, string? place = OAuthStage.Callback, TestUser? client = null) =>
        PostAsync("/oauth2/token", Form(code, secret, verifier, place, client ?? Stage.Client));

    private protected Task<TokenSet> RefreshAsync(string token, bool secret) => PostAsync("/oauth2/token", RefreshForm(token, secret));

    private protected async Task<TokenSet> PostAsync(string path, Dictionary<string, string> form)
    {
        // Applications have no cookies.
        using var application = new Surfer(shared.App);
        return TokenSet.Of(await application.PostAsync(path, [.. form.Select(field => (field.Key, field.Value))]));
    }

    protected async Task<int> CallAsync(string token) => (await Stage.CallAsync(token, "GET", $"users/{Stage.Joe.Name}")).Status;
}
