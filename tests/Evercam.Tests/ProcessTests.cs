using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Evercam.Tests.OAuth;
using Evercam.Tests.Servers;
using Evercam.Tests.Walks;

namespace Evercam.Tests;

/// <summary>The real program, which makes JSON without reflection and finds its files where it was installed: what the server inside
/// a test, whose process may do more, cannot prove.</summary>
public sealed class ProcessTests
{
    private const string Callback = "https://app.example/back";
    private const string Password = "s3cret of joe";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_program_answers_a_tour_of_all_that_it_has()
    {
        using var data = new TempFolder();
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation);
        using var surfer = new Surfer(server.Address);
        (string, string)[] joe = [("Authorization", $"{TestUser.BasicOf("joe", Password)}")];

        // Accounts, cameras and what belongs to them.
        Assert.Equal(201, (await surfer.PostAsync(
            "/v1/users",
            ("forename", "Joe"), ("lastname", "Bloggs"), ("username", "joe"), ("country", "ie"), ("email", "joe@example.org"), ("password", Password))).Status);
        await surfer.LogInAsync(new(0, "joe", Password, "", ""));
        Assert.Equal(201, (await surfer.PostAsync("/v1/cameras", ("id", "door"), ("name", "Door"), ("is_public", "false"))).Status);
        Assert.Equal(200, (await SendPictureAsync(surfer)).Status);
        foreach (var path in new[]
        {
            "test", "users/joe", "users/joe/rights", "users/joe/cameras", "users/joe/shares", $"users/joe/credentials?password={Password}",
            "testusername?username=ann", "cameras?ids=door", "cameras/door", "cameras/door/shares", "cameras/door/logs?objects=true", "public/cameras",
            "cameras/door/snapshots", "cameras/door/snapshots/latest?with_data=true", "cameras/door/snapshots/1397651000",
            "cameras/door/snapshots/1397651000.jpg", "cameras/door/snapshots/range?from=0&to=1400000000", "cameras/door/snapshots/2014/4/days",
            "cameras/door/snapshots/2014/4/16/hours", "cameras/door/snapshots/2014/4/16/12.tar", "cameras/door/timelapses",
            "cameras/door/snapshots/series?from=1397651000&to=1397651000&every=1h", "cameras/door/snapshots/series.mp4?from=1397651000&to=1397651000&every=1h",
            "vendors", "vendors/00:0D:F0", "models", "models/ycam", "models/ycam/YCW005",
        })
        {
            Is(200, path, await surfer.GetAsync($"/v1/{path}", joe));
        }

        var timelapse = JsonNode.Parse((await surfer.PostAsync(
            "/v1/cameras/door/timelapses", ("from", "1397651000"), ("to", "1397651000"), ("every", "1h"))).Body)!["timelapses"]![0]!["id"];
        await Eventually.IsTrueAsync(async () => (await surfer.GetAsync($"/v1/cameras/door/timelapses/{timelapse}.mp4")).Status == 200);
        Is(400, "rules", await surfer.PostAsync("/v1/cameras", ("id", "!"), ("name", ""), ("is_public", "false")));
        Is(404, "nowhere", await surfer.GetAsync("/v1/nowhere", joe));

        // An application, from its registration to its end.
        var client = JsonNode.Parse((await surfer.PostAsync(
            "/v1/client", ("name", "Viewer"), ("callback_uris", Callback), ("user_name", "joe"), ("email", "joe@example.org"))).Body)!;
        var (id, secret) = ((string)client["id"]!, (string)client["api_key"]!);
        Is(200, "client", await surfer.GetAsync($"/v1/client/{id}", joe));
        var asked = $"client_id={id}&scope=camera:view:door&redirect_uri={Uri.EscapeDataString(Callback)}";
        Is(200, "consent", await surfer.GetAsync($"/oauth2/authorize?response_type=token&{asked}"));
        var token = OAuthStage.TokenOf(await surfer.PostAsync("/oauth2/feedback", ("action", "approve")));
        (string, string)[] application = [("Authorization", $"Bearer {token}")];
        Is(200, "bearer", await surfer.GetAsync("/v1/cameras/door", application));
        Is(200, "tokeninfo", await surfer.GetAsync($"/oauth2/tokeninfo?access_token={token}"));
        var code = (await surfer.GetAsync($"/oauth2/authorize?response_type=code&{asked}")).Location!.Split("code=")[1];
        var tokens = await ExchangeAsync(("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Callback));
        tokens = await ExchangeAsync(("grant_type", "refresh_token"), ("refresh_token", (string)JsonNode.Parse(tokens.Body)!["refresh_token"]!));
        Is(200, "bearer", await surfer.GetAsync("/v1/cameras/door", ("Authorization", $"Bearer {JsonNode.Parse(tokens.Body)!["access_token"]}")));
        Is(401, "old token endpoint", await surfer.PostAsync(
            "/oauth2/authorize", ("grant_type", "authorization_code"), ("code", "x"), ("client_id", "x")));
        Is(200, "jsonp", await surfer.GetAsync($"/oauth2/revoke?access_token={token}&callback=done"));
        Is(401, "revoked", await surfer.GetAsync("/v1/cameras/door", application));

        // What is there for people, and for those who keep the server.
        foreach (var path in new[]
        {
            "/", "/healthz", "/readyz", "/metrics", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration",
        })
        {
            Is(200, path, await surfer.GetAsync(path));
        }

        Is(404, "page", await surfer.GetAsync("/nowhere", ("Accept", "text/html")));
        Is(302, "log out", await surfer.PostAsync("/logout"));
        Is(200, "log in", await surfer.GetAsync("/login"));
        Is(302, "wrong password", await surfer.PostAsync("/login", ("username", "joe"), ("password", "x")));

        async Task<Sight> ExchangeAsync(params (string, string)[] form)
        {
            var answer = await surfer.PostAsync("/oauth2/token", [.. form, ("client_id", id), ("client_secret", secret)]);
            Is(200, "exchange", answer);
            return answer;
        }
    }

    [Fact]
    public async Task No_route_of_the_program_is_a_bug()
    {
        using var data = new TempFolder();
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation);
        using var surfer = new Surfer(server.Address);
        Assert.Equal(201, (await surfer.PostAsync(
            "/v1/users",
            ("forename", "Joe"), ("lastname", "Bloggs"), ("username", "joe"), ("country", "ie"), ("email", "joe@example.org"), ("password", Password))).Status);
        await surfer.LogInAsync(new(0, "joe", Password, "", ""));
        await using var same = await EvercamApp.StartAsync();

        // A stream of events has no end.
        var routes = ApiRoute.Of(same).Select(route => (route.Method, Path: route.Path(_ => "1"))).Where(route => route.Path is not "/v1/events")
            .Concat(ApiRoute.Beside(same).Where(route => route.Path is not "/logout"))
            .Append(("POST", "/oauth2/token")).Append(("GET", "/oauth2/authorize")).ToList();
        foreach (var (method, path) in routes)
        {
            using var request = new HttpRequestMessage(new(method), path);
            if (method != "GET")
            {
                request.Content = new FormUrlEncodedContent([new("x", "y")]);
            }

            var answer = await surfer.SendAsync(request);
            Assert.True(answer.Status < 500, $"{method} {path}: {answer.Status} {answer.Body}");
        }
    }

    private static void Is(int status, string what, Sight answer) =>
        Assert.True(answer.Status == status, $"{what}: {answer.Status} {answer.Location} {answer.Body}");

    private static async Task<Sight> SendPictureAsync(Surfer surfer)
    {
        using var picture = new ByteArrayContent(await Photographs.ReadAsync("small.jpg"));
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var form = new MultipartFormDataContent { { picture, "data", "door.jpg" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/cameras/door/snapshots/1397651000") { Content = form };
        return await surfer.SendAsync(request);
    }
}
