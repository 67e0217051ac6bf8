using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests;

/// <summary>Someone who calls: how, is in the headers and the query of each request.</summary>
/// <param name="Name">User name or client id.</param>
/// <param name="Authorization">Basic credentials, if any.</param>
/// <param name="Keys">Keys for the query, if any.</param>
public sealed record Person(string Name, AuthenticationHeaderValue? Authorization = null, string? Keys = null)
{
    public string Email => $"{Name}@example.org";

    public string Password => $"secret of {Name}: ü";
}

/// <summary>Arranges people and cameras, and asks on their behalf.</summary>
internal static partial class People
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A new user, who calls with Basic.</summary>
    public static async Task<Person> SignUpAsync(this EvercamApp app, string? name = null, string? email = null)
    {
        var person = new Person(name ?? CatalogRows.Fresh("user"));
        var body = SignUpOf(person);
        body["email"] = email ?? person.Email;
        var (status, answer) = await app.AskAsync("POST", "users", json: body);
        Assert.True(status == 201, answer);
        return person with { Authorization = Basic(person.Name, person.Password) };
    }

    /// <summary>The keys that a user gets for the password (contract 4.1.6).</summary>
    public static async Task<(string Id, string Key)> KeysAsync(this EvercamApp app, Person person)
    {
        var (status, body) = await app.AskAsync(
            "GET", $"users/{person.Name}/credentials?password={Uri.EscapeDataString(person.Password)}", person);
        Assert.True(status == 200, body);
        var keys = JsonNode.Parse(body)!;
        return ((string)keys["api_id"]!, (string)keys["api_key"]!);
    }

    /// <summary>The body of a sign-up.</summary>
    public static JsonObject SignUpOf(Person person) => new()
    {
        ["forename"] = "Joe",
        ["lastname"] = "Bloggs",
        ["username"] = person.Name,
        ["country"] = "us",
        ["email"] = person.Email,
        ["password"] = person.Password,
    };

    /// <summary>A client application that calls with its keys.</summary>
    /// <param name="app">Where.</param>
    /// <param name="user">Who allows it something.</param>
    /// <param name="resource">What it is about.</param>
    /// <param name="rights">What is allowed.</param>
    /// <param name="camera">The id of the camera, if it is about one.</param>
    public static async Task<Person> AddClientAsync(
        this EvercamApp app, Person user, GrantedResource resource, CameraRights rights, string? camera = null)
    {
        var client = CatalogRows.Client();
        await app.StoreAsync(async db =>
        {
            db.Add(client);
            await db.SaveChangesAsync(Cancellation);
            db.Add(new Grant
            {
                ClientKey = client.Key,
                UserKey = await db.Users.Where(u => u.UserName == user.Name).Select(u => u.Id).SingleAsync(Cancellation),
                Resource = resource,
                CameraKey = await db.Cameras.Where(c => c.Id == camera).Select(c => (long?)c.Key).SingleOrDefaultAsync(Cancellation),
                Rights = rights,
                CreatedAt = CatalogRows.Now,
            });
            await db.SaveChangesAsync(Cancellation);
        });
        var keys = client.Credential!;
        return new(keys.ApiId, Keys: $"api_id={keys.ApiId}&api_key={keys.ApiKey}");
    }

    /// <summary>A new camera.</summary>
    /// <param name="app">Where.</param>
    /// <param name="owner">Whose.</param>
    /// <param name="id">Its id; without, one that no other has.</param>
    /// <param name="fields">What differs.</param>
    /// <returns>Its id.</returns>
    public static async Task<string> AddCameraAsync(
        this EvercamApp app, Person owner, string? id = null, JsonObject? fields = null)
    {
        var body = new JsonObject { ["id"] = id ?? CatalogRows.Fresh("camera-"), ["name"] = "Front Door", ["is_public"] = false };
        foreach (var (name, value) in fields ?? [])
        {
            body[name] = value?.DeepClone();
        }

        var (status, answer) = await app.AskAsync("POST", "cameras", owner, body);
        Assert.True(status == 201, answer);
        return (string)body["id"]!;
    }

    /// <summary>Shares a camera, as if it had always been so.</summary>
    public static Task ShareAsync(
        this EvercamApp app, string camera, Person with, CameraRights rights, ShareKind kind = ShareKind.Private) =>
        app.StoreAsync(async db =>
        {
            var row = await db.Cameras.SingleAsync(c => c.Id == camera, Cancellation);
            var user = await db.Users.SingleAsync(u => u.UserName == with.Name, Cancellation);
            var share = CatalogRows.Share(row, user);
            (share.Rights, share.Kind) = (rights, kind);
            db.Add(share);
            await db.SaveChangesAsync(Cancellation);
        });

    /// <summary>Asks to share a camera.</summary>
    public static Task<(int Status, string Body)> ShareAsync(
        this EvercamApp app, Person owner, string camera, Person with, string rights) =>
        app.AskAsync("POST", $"cameras/{camera}/share", owner, ("email", with.Email), ("rights", rights));

    public static Task<(int Status, string Body)> AskAsync(
        this EvercamApp app, string method, string path, Person? caller = null, JsonNode? json = null) => app.AskAsync(
        method, path, caller, json is null ? null : new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json"));

    /// <summary>Asks with a form.</summary>
    public static Task<(int Status, string Body)> AskAsync(
        this EvercamApp app, string method, string path, Person? caller, params (string Name, string Value)[] form) => app.AskAsync(
        method, path, caller, new FormUrlEncodedContent(form.ToDictionary(field => field.Name, field => field.Value)));

    public static async Task<(int Status, string Body)> AskAsync(
        this EvercamApp app, string method, string path, Person? caller, HttpContent? content)
    {
        var keys = caller?.Keys is { } pair ? (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + pair : "";
        using var request = new HttpRequestMessage(new(method), path + keys) { Content = content };
        request.Headers.Authorization = caller?.Authorization;
        using var answer = await app.Client.SendAsync(request, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>The one camera, user or other object of an answer.</summary>
    public static JsonObject One(this (int Status, string Body) answer)
    {
        Assert.True(answer.Status is 200 or 201, answer.Body);
        return Assert.Single(Assert.Single(JsonNode.Parse(answer.Body)!.AsObject()).Value!.AsArray())!.AsObject();
    }

    /// <summary>An answer with 0 in place of the times of day that differ from run to run.</summary>
    public static (int Status, string Body) Timeless(this (int Status, string Body) answer) =>
        (answer.Status, Times().Replace(answer.Body, "0"));

    /// <summary>A refusal with a text.</summary>
    public static (int Status, string Body) Refusal(int status, string message) =>
        (status, new JsonObject { ["message"] = message }.ToJsonString(Plain));

    /// <summary>A refusal that names broken rules.</summary>
    public static (int Status, string Body) Broken(params string[] rules) =>
        (400, new JsonObject { ["message"] = new JsonArray([.. rules.Select(rule => JsonValue.Create(rule))]) }.ToJsonString(Plain));

    public static AuthenticationHeaderValue Basic(string login, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{password}")));

    private static readonly System.Text.Json.JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex("(?<=\"(created|updated)_at\":)[0-9]{10}(?=[,}])")]
    private static partial Regex Times();
}
