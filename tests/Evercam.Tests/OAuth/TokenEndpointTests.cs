using System.Net.Http.Headers;
using System.Text;
using Evercam.Server.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.OAuth;

/// <summary>What the token endpoints do with requests that no honest application sends.</summary>
public sealed class TokenEndpointTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    public static TheoryData<string> Paths => ["/oauth2/token", "/oauth2/token/", "/oauth2/authorize", "/oauth2/authorize/"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_form_is_read_within_the_room_that_all_bodies_share(string path)
    {
        var clock = new FakeTimeProvider();
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["Evercam:Http:BodyRoomBytes"] = "1048576",
                ["Evercam:Http:UploadLimitBytes"] = "1024",
            },
            clock);
        var others = new BodyPlace(app.Services.GetRequiredService<BodyRoom>(), "127.0.0.2");
        await others.GrowAsync(HttpOptions.FieldBytes + BodyRoom.PieceBytes, Cancellation);
        var refused = PostAsync(app, path, 600_000);
        await Eventually.IsTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return refused.IsCompleted;
        });
        Assert.Equal(503, await refused);

        others.Leave();
        Assert.NotEqual(503, await PostAsync(app, path, 600_000));
        Assert.Equal(413, await PostAsync(app, path, HttpOptions.FieldBytes + 1));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Whatever_comes_is_the_senders_fault(string path)
    {
        using var stage = await OAuthStage.SetAsync(shared.App);
        var me = $"client_id={stage.Client.ApiId}&client_secret={stage.Client.ApiKey}";
        foreach (var body in new[]
        {
            "", "&&&", "=", "%", "a=%zz", "code=a%00b", "grant_type=authorization_code&code=%ff", $"grant_type=password&username=a&password=b&{me}",
            $"grant_type=client_credentials&{me}", $"grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x&{me}",
            $"grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=x&subject_token_type=y&{me}",
            $"grant_type=authorization_code&code=x&{me}&client_id=other", $"grant_type=authorization_code&code=x&code=y&{me}",
            $"grant_type=authorization_code&code=x&client_id={stage.Client.ApiId}"
                + "&client_assertion=x.y.z&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            $"grant_type=refresh_token&refresh_token=x&{me}&id_token_hint=x", $"grant_type=refresh_token&refresh_token[]=x&{me}",
            $"grant_type=refresh_token&refresh_token=&{me}", string.Join('&', Enumerable.Range(0, 2_000).Select(number => $"a{number}=1")),
            $"grant_type=authorization_code&code={new string('x', 100_000)}&{me}", $"{new string('n', 5_000)}=1&{me}",
        })
        {
            foreach (var type in new[] { "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data; boundary=b", "application/json", "x" })
            {
                var answer = await SendAsync("POST", path, body, type);
                Assert.True(answer.Status is >= 400 and < 500, $"{answer.Status} for {type} {body[..Math.Min(body.Length, 100)]}: {answer.Body}");
                Assert.DoesNotContain("error_uri", answer.Body, StringComparison.Ordinal);
            }
        }

        foreach (var method in new[] { "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW" })
        {
            var answer = await SendAsync(method, path, "", "application/x-www-form-urlencoded");
            Assert.True(answer.Status is >= 200 and < 500, $"{answer.Status} for {method}");
        }
    }

    [Theory]
    [InlineData("/oauth2/token", "Basic AAAA", false)]
    [InlineData("/oauth2/token", "Basic bm9ib2R5Ong=", false)]
    [InlineData("/oauth2/token", "Basic bm9ib2R5Ong=", true)]
    [InlineData("/oauth2/token", "Basic ###", true)]
    [InlineData("/oauth2/token", null, false)]
    [InlineData("/oauth2/token", null, true)]
    [InlineData("/oauth2/authorize", null, false)]
    [InlineData("/oauth2/authorize", null, true)]
    public async Task Who_proves_nothing_is_told_how_and_a_page_gets_no_password_box(string path, string? authorization, bool isPage)
    {
        (string, string)[] headers =
        [
            .. authorization is null ? [] : new[] { ("Authorization", authorization) },
            .. isPage ? new[] { ("Origin", "https://app.example") } : [],
        ];
        var form = authorization is null ? "grant_type=authorization_code&code=x&client_id=nobody" : "grant_type=authorization_code&code=x";
        var answer = await SendAsync("POST", path, form, "application/x-www-form-urlencoded", headers);
        Assert.True(answer.Status is 400 or 401, answer.Body);
        var challenge = answer.Header("WWW-Authenticate");
        Assert.Equal(answer.Status == 401, challenge.Length > 0);
        Assert.Equal(answer.Status == 401 && !isPage, challenge.StartsWith("Basic realm=\"Evercam\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_may_show_its_secret_in_the_header()
    {
        using var stage = await OAuthStage.SetAsync(shared.App);
        await stage.Surfer.LogInAsync(stage.Joe);
        var ask = stage.Ask("user:view", ("response_type", "code"), ("redirect_uri", OAuthStage.Callback));
        await stage.Surfer.GetAsync(ask);
        var agreed = await stage.Surfer.PostAsync("/oauth2/feedback", ("action", "approve"));
        var code = agreed.Location!.Split("code=")[1];
        var form = $"grant_type=authorization_code&code={code}&redirect_uri={Uri.EscapeDataString(OAuthStage.Callback)}";
        var wrong = await SendAsync("POST", "/oauth2/token", form, "application/x-www-form-urlencoded", Basic(stage.Client.ApiId, "wrong"));
        Assert.Equal((401, true), (wrong.Status, wrong.Body.Contains("invalid_client", StringComparison.Ordinal)));
        var right = await SendAsync(
            "POST", "/oauth2/token", form, "application/x-www-form-urlencoded", Basic(stage.Client.ApiId, stage.Client.ApiKey));
        Assert.Equal(200, right.Status);
    }

    private static (string, string)[] Basic(string id, string secret) =>
        [("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}"))}")];

    private static async Task<int> PostAsync(EvercamApp app, string path, int length)
    {
        using var body = new ByteArrayContent([.. "grant_type=x&filler="u8, .. Enumerable.Repeat((byte)'x', length - 20)]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        using var answer = await app.Client.PostAsync(new Uri(app.Address, path), body, Cancellation);
        return (int)answer.StatusCode;
    }

    private async Task<Sight> SendAsync(string method, string path, string body, string type, params (string Name, string Value)[] headers)
    {
        using var application = new Surfer(shared.App);
        using var request = new HttpRequestMessage(new(method), path);
        if (method is not ("GET" or "HEAD"))
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await application.SendAsync(request);
    }
}
