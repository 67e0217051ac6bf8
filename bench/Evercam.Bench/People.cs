using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;

namespace Evercam.Bench;

/// <summary>People who sign up and log in, each with a password that the server has not seen of late: it remembers for an hour which
/// ones were right.</summary>
/// <param name="server">Where.</param>
/// <param name="count">How many have an account.</param>
internal sealed class People(Uri server, int count) : IDisposable
{
    private const string ClientId = "c11e47c11e47";
    private const string ClientSecret = "c11e47c11e47c11e47c11e47c11e47c1";
    private const string Callback = "https://app.example/back";
    private const string SessionCookie = "evercam_session=";

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server };
    private int known;
    private int fresh;

    /// <summary>Adds them to a data directory, with an application that all of them have agreed to.</summary>
    public static async Task AddAsync(BenchData data, int count, CancellationToken cancellation)
    {
        await using var db = data.OpenCatalog();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var users = Enumerable.Range(0, count).Select(number => BenchData.NewUser(NameOf(number), $"{number:x8}", $"{number:x32}")).ToList();
        var client = new Client
        {
            Name = "Bench",
            CallbackUris = [Callback],
            CreatedAt = now,
            UpdatedAt = now,
            Credential = new() { ApiId = ClientId, ApiKey = ClientSecret },
        };
        db.AddRange(users);
        db.Add(client);
        await db.SaveChangesAsync(cancellation);
        db.AddRange(users.Select(user => new Grant
        {
            ClientKey = client.Key,
            UserKey = user.Id,
            Resource = GrantedResource.User,
            Rights = CameraRights.View,
            CreatedAt = now,
        }));
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Makes an account.</summary>
    public async Task SignUpAsync(CancellationToken cancellation)
    {
        var name = $"fresh-{Interlocked.Increment(ref fresh)}";
        using var form = Form(
            ("forename", "Fred"), ("lastname", "Fresh"), ("username", name), ("country", "ie"), ("email", $"{name}@example.org"),
            ("password", BenchData.Password));
        using var answer = await http.PostAsync("/v1/users", form, cancellation);
        Expect(answer, HttpStatusCode.Created);
    }

    /// <summary>Asks something with Basic, for the first time.</summary>
    public Task AskFirstAsync(CancellationToken cancellation) => AskAsync(NextName(), cancellation);

    /// <summary>Asks something with Basic, as before.</summary>
    public Task AskAgainAsync(CancellationToken cancellation) => AskAsync(NameOf(0), cancellation);

    /// <summary>Logs somebody in with a browser who has not been there for an hour.</summary>
    public Task LogInAsync(CancellationToken cancellation) => LogInAsync(NextName(), cancellation);

    /// <summary>Logs somebody in with a browser who has just been there.</summary>
    public Task LogInAgainAsync(CancellationToken cancellation) => LogInAsync(NameOf(0), cancellation);

    /// <summary>Logs somebody in, for <see cref="TakeTokenAsync"/>.</summary>
    /// <returns>The cookie.</returns>
    public Task<string> BeginSessionAsync(CancellationToken cancellation) => LogInAsync(NextName(), cancellation);

    /// <summary>Sends a browser that is logged in for a code, and exchanges it.</summary>
    public async Task TakeTokenAsync(string cookie, CancellationToken cancellation)
    {
        using var asked = new HttpRequestMessage(
            HttpMethod.Get, $"/oauth2/authorize?response_type=code&client_id={ClientId}&scope=user:view&redirect_uri={Callback}");
        asked.Headers.Add("Cookie", cookie);
        using var led = await http.SendAsync(asked, cancellation);
        Expect(led, HttpStatusCode.Found);
        var place = $"{led.Headers.Location}";
        var code = place.StartsWith($"{Callback}?code=", StringComparison.Ordinal)
            ? place[$"{Callback}?code=".Length..]
            : throw new BenchException($"The browser was led to {place.Split('?')[0]} instead of back with a code.");
        using var form = Form(
            ("grant_type", "authorization_code"), ("code", code), ("client_id", ClientId), ("client_secret", ClientSecret),
            ("redirect_uri", Callback));
        using var answer = await http.PostAsync("/oauth2/token", form, cancellation);
        Expect(answer, HttpStatusCode.OK);
        if (JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))?["access_token"] is null)
        {
            throw new BenchException("There was no access token in the answer.");
        }
    }

    public void Dispose() => http.Dispose();

    private static string NameOf(int number) => $"person-{number}";

    /// <summary>The next one who was not there yet; the first one is for those who come again.</summary>
    private string NextName() => Interlocked.Increment(ref known) is var next && next < count
        ? NameOf(next)
        : throw new BenchException($"All {count} people have logged in: more are needed, by --people.");

    private async Task AskAsync(string name, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/users/{name}");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{BenchData.Password}")));
        using var answer = await http.SendAsync(request, cancellation);
        Expect(answer, HttpStatusCode.OK);
    }

    private async Task<string> LogInAsync(string name, CancellationToken cancellation)
    {
        using var form = Form(("username", name), ("password", BenchData.Password));
        using var answer = await http.PostAsync("/login", form, cancellation);
        Expect(answer, HttpStatusCode.Found);
        return answer.Headers.TryGetValues("Set-Cookie", out var cookies)
            && cookies.FirstOrDefault(cookie => cookie.StartsWith(SessionCookie, StringComparison.Ordinal)) is { } session
                ? session.Split(';')[0]
                : throw new HttpRequestException("Nobody was logged in.");
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static void Expect(HttpResponseMessage answer, HttpStatusCode status)
    {
        if (answer.StatusCode != status)
        {
            throw new HttpRequestException($"{answer.RequestMessage?.RequestUri?.AbsolutePath} was answered with {(int)answer.StatusCode}.");
        }
    }
}
