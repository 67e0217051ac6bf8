using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.OAuth;

/// <summary>An application that wants something of joe, and joe's browser.</summary>
internal sealed partial class OAuthStage : IDisposable
{
    public const string Callback = "https://app.example/back?of=app";

    private OAuthStage(EvercamApp app)
    {
        App = app;
        Surfer = new(app);
    }

    public EvercamApp App { get; }

    public Surfer Surfer { get; }

    public TestUser Joe { get; private set; } = null!;

    public TestUser Client { get; private set; } = null!;

    /// <summary>The id of joe's camera.</summary>
    public string Camera { get; } = CatalogRows.Fresh("camera-");

    public long CameraKey { get; private set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<OAuthStage> SetAsync(EvercamApp app, params string[] callbackUris)
    {
        var stage = new OAuthStage(app);
        stage.Joe = await app.AddUserAsync(CatalogRows.Fresh("joe"));
        stage.Client = await app.AddClientAsync(
            CatalogRows.Fresh("Viewer <b>&"), callbackUris.Length > 0 ? callbackUris : ["host.example", Callback, "https://app.example/two"]);
        stage.CameraKey = await app.AddCameraAsync(stage.Camera, stage.Joe);
        return stage;
    }

    /// <summary>The path of a request for authorization.</summary>
    /// <param name="scope">What is asked for.</param>
    /// <param name="more">Parameters beside the usual ones, or instead of them; without a value, not at all.</param>
    public string Ask(string scope, params (string Name, string? Value)[] more)
    {
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "token",
            ["client_id"] = Client.ApiId,
            ["scope"] = scope,
        };
        foreach (var (name, value) in more)
        {
            query[name] = value;
        }

        return "/oauth2/authorize?" + string.Join(
            '&', query.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}"));
    }

    /// <summary>Joe logs in, is asked, and agrees.</summary>
    /// <returns>The access token.</returns>
    public async Task<string> AgreeAsync(string scope)
    {
        if (Surfer.CookieOf("evercam_session") is null)
        {
            await Surfer.LogInAsync(Joe);
        }

        var asked = await Surfer.GetAsync(Ask(scope));
        var answer = asked.Status == 200 ? await Surfer.PostAsync("/oauth2/feedback", ("action", "approve")) : asked;
        return TokenOf(answer);
    }

    /// <summary>The access token in a place that a browser is sent to.</summary>
    public static string TokenOf(Sight answer)
    {
        Assert.Equal(302, answer.Status);
        var match = Token().Match(answer.Location!);
        Assert.True(match.Success, answer.Location);
        return match.Groups[1].Value;
    }

    /// <summary>Calls the API with a token.</summary>
    public async Task<(int Status, string Body)> CallAsync(string token, string method, string path, string scheme = "Bearer")
    {
        using var request = new HttpRequestMessage(new(method), path) { Headers = { Authorization = new(scheme, token) } };
        using var answer = await App.Client.SendAsync(request, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    public Task<List<Grant>> GrantsAsync() => App.StoreAsync(
        db => db.Grants.Where(grant => grant.ClientKey == Client.Key).OrderBy(grant => grant.Key).ToListAsync(Cancellation));

    public void Dispose() => Surfer.Dispose();

    [GeneratedRegex(@"#access_token=([0-9a-f]{32,})&token_type=bearer&expires_in=[0-9]+(&state=.*)?\z")]
    private static partial Regex Token();
}
