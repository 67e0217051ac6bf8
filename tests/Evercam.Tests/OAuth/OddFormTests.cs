namespace Evercam.Tests.OAuth;

/// <summary>What is asked about tokens in an odd way is answered in the protocol's own form (contract 2.9 and 2.10), never in the
/// API's.</summary>
public sealed class OddFormTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Wrong = """{"error":"invalid_request"}""";

    public static TheoryData<string> Odd =>
    [
        "", "access_token", "access_token=%00", "access_token=a%00b", "access_token=%ff", "access_token=%ed%a0%80", "access_token=%zz",
        "access_token[]=1", "access_token[a]=1", "access_token=x&access_token=%00", "access_token=%00&access_token=x", "%00=%00", "[", "%",
        $"access_token={new string('x', 7_000)}", string.Join('&', Enumerable.Range(0, 1_100).Select(number => $"a{number}=1")),
    ];

    public static TheoryData<string, string> Bodies => new()
    {
        { Form, "token=%00" },
        { Form, "token[]=x" },
        { Form, "token=x&client_id=%00" },
        { Form, "token=x&client_secret=%00" },
        { Form, $"access_token={new string('x', 100_000)}" },
        { "application/json", "{" },
        { "application/json", "[]" },
        { "application/json", """{"access_token":"\u0000"}""" },
        { "application/json", """{"access_token":{}}""" },
        { "application/json", """{"token":["x"]}""" },
        { "multipart/form-data", "--b" },
        { "multipart/form-data; boundary=b", "--b\r\n\r\n" },
        { "text/plain", "token=x" },
        { "x", "" },
    };

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task An_odd_query_names_no_token(string query)
    {
        using var program = new Surfer(shared.App);
        foreach (var path in new[] { "/oauth2/tokeninfo", "/oauth2/revoke" })
        {
            Answers(Wrong, await program.GetAsync($"{path}?{query}"));
            Answers($"show({Wrong})", await program.GetAsync($"{path}?callback=show&{query}"));
        }

        Answers(Wrong, await PostAsync(program, Form, query));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task An_odd_body_names_no_token(string type, string body)
    {
        using var program = new Surfer(shared.App);
        Answers(Wrong, await PostAsync(program, type, body));
    }

    [Theory]
    [InlineData("callback=%00")]
    [InlineData("callback[]=f")]
    [InlineData("callback=&jsonp=show")]
    public async Task An_odd_function_is_none(string query)
    {
        using var program = new Surfer(shared.App);
        Answers(Wrong, await program.GetAsync($"/oauth2/tokeninfo?{query}&access_token=x"));
    }

    [Fact]
    public async Task What_is_odd_beside_a_token_does_not_keep_it_alive()
    {
        using var stage = await OAuthStage.SetAsync(shared.App);
        var token = await stage.AgreeAsync("user:view");
        Assert.Equal(200, (await stage.Surfer.GetAsync($"/oauth2/tokeninfo?x=%00&access_token={token}")).Status);
        Assert.Equal(200, (await PostAsync(stage.Surfer, Form, $"token=%00&access_token={token}")).Status);
        Answers(Wrong, await stage.Surfer.GetAsync($"/oauth2/tokeninfo?access_token={token}"));
    }

    private static void Answers(string body, Sight answer) => Assert.Equal((400, body), (answer.Status, answer.Body));

    private static Task<Sight> PostAsync(Surfer program, string type, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/revoke") { Content = new StringContent(body) };
        request.Content.Headers.ContentType = null;
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        return program.SendAsync(request);
    }
}
