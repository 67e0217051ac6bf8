using System.Text.Json.Nodes;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Evercam.Tests.OAuth;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Clients;

public sealed class SqliteClientTests(SqliteApp shared) : ClientTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresClientTests(PostgresApp shared) : ClientTests(shared), IClassFixture<PostgresApp>;

/// <summary>Client applications (contract 4.10).</summary>
public abstract class ClientTests(SharedApp shared) : IAsyncLifetime
{
    private readonly string name = CatalogRows.Fresh("Viewer ");

    private EvercamApp App => shared.App;
    private Person joe = null!;
    private Person ann = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_registered_client_is_shown_to_its_creator_and_itself()
    {
        var client = await RegisterAsync(joe);
        var key = client.Keys![(client.Keys!.LastIndexOf('=') + 1)..];
        Assert.Matches(@"\A[0-9a-f]{20}\z", client.Name);
        Assert.Matches(@"\A[0-9a-f]{32}\z", key);
        var shown = (200, $$"""{"id":"{{client.Name}}","callback_uris":"https://example.org/back,example.org:8080","name":"{{name}}","api_key":"{{key}}","created_at":0,"updated_at":0}""");
        Assert.Equal(shown, (await App.AskAsync("GET", $"client/{client.Name}", joe)).Timeless());
        Assert.Equal(shown, (await App.AskAsync("GET", $"client/{client.Name}.json", client)).Timeless());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Nobody_else_reads_changes_or_deletes_a_client(string method)
    {
        var client = await RegisterAsync(joe);
        var other = await RegisterAsync(ann, CatalogRows.Fresh("Other "));
        var path = $"client/{client.Name}";
        var before = await App.AskAsync("GET", path, joe);
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync(method, path));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync(method, path, ann));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync(method, path, other));
        Assert.Equal(before, await App.AskAsync("GET", path, joe));

        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync(method, "client/0123456789abcdef0123"));
        Assert.Equal(
            method == "DELETE" ? (200, "{}") : Refusal(404, "Not Found"),
            await App.AskAsync(method, "client/0123456789abcdef0123", joe));
        // A user's own id is not a client's.
        var id = (string)JsonNode.Parse(
            (await App.AskAsync("GET", $"users/{joe.Name}/credentials?password={Uri.EscapeDataString(joe.Password)}", joe)).Body)!["api_id"]!;
        Assert.Equal(
            method == "DELETE" ? (200, "{}") : Refusal(404, "Not Found"), await App.AskAsync(method, $"client/{id}", joe));
    }

    [Fact]
    public void A_token_is_not_the_client_itself()
    {
        var client = CatalogRows.Client();
        client.Key = 7;
        Assert.True(RightsRule.MayManage(new Caller(CallerScheme.Keys) { ClientKey = 7 }, client));
        Assert.False(RightsRule.MayManage(new Caller(CallerScheme.Bearer) { ClientKey = 7 }, client));
        Assert.False(RightsRule.MayManage(new Caller(CallerScheme.Keys) { ClientKey = 8 }, client));
        Assert.False(RightsRule.MayManage(new Caller(CallerScheme.Basic) { UserKey = 7 }, client));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Without_an_id_clients_are_only_registered(string method) =>
        Assert.Equal(Refusal(405, "Method Not Allowed"), await App.AskAsync(method, "client", joe));

    [Fact]
    public async Task What_is_missing_is_named_in_order()
    {
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("POST", "client"));
        Assert.Equal(
            Refusal(400, "name is missing, callback_uris is missing, user_name is missing, email is missing"),
            await App.AskAsync("POST", "client", joe));
        var array = BodyOf(name);
        array["callback_uris"] = new JsonArray("https://example.org");
        Assert.Equal(Refusal(400, "callback_uris is invalid"), await App.AskAsync("POST", "client", joe, array));
    }

    [Theory]
    [InlineData("Überwachung №1")]
    [InlineData("カメラ・ビューア")]
    [InlineData("مشاهد الكاميرا")]
    [InlineData("कैमरा दर्शक")]
    [InlineData("Caméra 📷")]
    [InlineData("กล้องวงจรปิด")]
    [InlineData("חַלּוֹן")]
    [InlineData("카메라")]
    [InlineData("Камера Viewer α")]
    [InlineData("...")]
    public async Task A_name_that_is_what_it_looks_like_may_be_in_any_script(string start)
    {
        var body = BodyOf($"{start} {name}");
        var (status, text) = await App.AskAsync("POST", "client", joe, body);
        Assert.True(status == 201, text);
    }

    [Theory]
    [InlineData("name", "", "name can't be blank")]
    [InlineData("name", " ", "name can't be blank")]
    [InlineData("name", null, "name can't be blank")]
    [InlineData("name", "a\nb", "name is invalid")]
    [InlineData("name", "a\u202Eb", "name is invalid")]
    [InlineData("name", "a\u200Bb", "name is invalid")]
    [InlineData("name", "a\u2028b", "name is invalid")]
    [InlineData("name", "a\U000E0041b", "name is invalid")]
    [InlineData("name", "a\u3164b", "name is invalid")]
    [InlineData("name", "a\u115Fb", "name is invalid")]
    [InlineData("name", "a\u1160b", "name is invalid")]
    [InlineData("name", "a\u2800b", "name is invalid")]
    [InlineData("name", "a\uFFA0b", "name is invalid")]
    [InlineData("name", "a\u00ADb", "name is invalid")]
    [InlineData("name", "a\u034Fb", "name is invalid")]
    [InlineData("name", "a\u17B4b", "name is invalid")]
    [InlineData("name", "a\u180Eb", "name is invalid")]
    [InlineData("name", "a\uFE0Fb", "name is invalid")]
    [InlineData("name", "a\uFEFFb", "name is invalid")]
    [InlineData("name", "a\u2003b", "name is invalid")]
    [InlineData("name", "a\u00A0b", "name is invalid")]
    [InlineData("name", "a\uE000b", "name is invalid")]
    [InlineData("name", "a\U000E0101b", "name is invalid")]
    [InlineData("name", "a\U0001D159b", "name is invalid")]
    [InlineData("name", "a\U00016FE4b", "name is invalid")]
    [InlineData("name", "\u3164", "name is invalid")]
    [InlineData("name", "\u2800\u2800", "name is invalid")]
    [InlineData("name", "\u0301", "name is invalid")]
    [InlineData("name", "a\uFFFCb", "name is invalid")]
    [InlineData("name", "a\uFFFDb", "name is invalid")]
    [InlineData("name", "a\u0378b", "name is invalid")]
    [InlineData("name", "\u093Fa", "name is invalid")]
    [InlineData("name", "\u20DDa", "name is invalid")]
    [InlineData("name", "a \u093Fb", "name is invalid")]
    [InlineData("name", "Came\u0301ra", "name is invalid")]
    [InlineData("name", "\u212Bngstrom", "name is invalid")]
    [InlineData("name", "\u1112\u1161\u11ab", "name is invalid")]
    [InlineData("name", "\u30AB\u3099", "name is invalid")]
    [InlineData("name", "a\uF900b", "name is invalid")]
    [InlineData("name", "\uFB01le", "name is invalid")]
    [InlineData("name", "\uFF27oogle", "name is invalid")]
    [InlineData("name", "G\u043E\u043Egle", "name is invalid")]
    [InlineData("name", "My G\u03BFogle", "name is invalid")]
    [InlineData("callback_uris", "", "callback uris can't be blank")]
    [InlineData("callback_uris", " , ", "callback uris can't be blank")]
    [InlineData("callback_uris", "https://example.org/, javascript:alert(1)", "callback_uris is invalid")]
    public async Task A_client_that_breaks_a_rule_is_refused(string field, string? value, string rule)
    {
        var body = BodyOf(name);
        body[field] = value;
        Assert.Equal(Broken(rule), await App.AskAsync("POST", "client", joe, body));
        Assert.False(await App.StoreAsync(db => db.Clients.AnyAsync(client => client.Name == name, Cancellation)));

        var client = await RegisterAsync(joe);
        var before = await App.AskAsync("GET", $"client/{client.Name}", joe);
        var change = new JsonObject { ["name"] = "x", ["callback_uris"] = "example.org", [field] = value };
        Assert.Equal(Broken(rule), await App.AskAsync("PATCH", $"client/{client.Name}", joe, change));
        Assert.Equal(before, await App.AskAsync("GET", $"client/{client.Name}", joe));
    }

    [Fact]
    public async Task All_broken_rules_are_told_together()
    {
        var body = BodyOf(" ");
        body["callback_uris"] = string.Join(',', Enumerable.Range(0, 51).Select(number => $"h{number}.example.org"));
        Assert.Equal(
            Broken("name can't be blank", "callback_uris is invalid"), await App.AskAsync("POST", "client", joe, body));
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        var client = await RegisterAsync(joe);
        Assert.Equal(Refusal(409, "Conflict"), await App.AskAsync("POST", "client", ann, BodyOf($" {name} ")));
        var other = await RegisterAsync(ann, CatalogRows.Fresh("Other "));
        Assert.Equal(Refusal(409, "Conflict"), await App.AskAsync("PATCH", $"client/{other.Name}", ann, ("name", name)));
        Assert.Equal((200, "{}"), await App.AskAsync("PATCH", $"client/{client.Name}", joe, ("name", name)));
    }

    [Fact]
    public async Task Names_are_compared_without_case_and_told_as_typed()
    {
        var own = $"Æther {name}";
        var client = await RegisterAsync(joe, own);
        var shout = own.ToUpperInvariant();
        Assert.Equal(Refusal(409, "Conflict"), await App.AskAsync("POST", "client", ann, BodyOf(own.ToLowerInvariant())));
        Assert.Equal((200, "{}"), await App.AskAsync("PATCH", $"client/{client.Name}", joe, ("name", shout)));
        Assert.Equal(shout, (string?)JsonNode.Parse((await App.AskAsync("GET", $"client/{client.Name}", joe)).Body)!["name"]);
        Assert.Equal(Refusal(409, "Conflict"), await App.AskAsync("POST", "client", ann, BodyOf(own)));
    }

    [Fact]
    public async Task A_name_is_compared_as_it_is_told_also_if_it_is_changed_twice_at_once()
    {
        var path = $"client/{(await RegisterAsync(joe, name)).Name}";
        shared.Meanwhile.BeforeItWrites($"PATCH /v1/{path}", async () =>
            Assert.Equal((200, "{}"), await App.AskAsync("PATCH", path, joe, ("name", $"Other {name}"))));
        Assert.Equal((200, "{}"), await App.AskAsync("PATCH", path, joe, ("name", name.ToUpperInvariant())));
        Assert.True(shared.Meanwhile.HasHappened);
        Assert.Equal(Refusal(409, "Conflict"), await App.AskAsync("POST", "client", ann, BodyOf(name)));
        Assert.Equal(201, (await App.AskAsync("POST", "client", ann, BodyOf($"Other {name}"))).Status);
    }

    [Fact]
    public async Task Names_that_differ_in_blanks_alone_are_one()
    {
        var client = await RegisterAsync(joe, $"Front  door {name}");
        foreach (var same in new[] { $"Front door {name}", $" Front door   {name}  " })
        {
            Assert.Equal(Refusal(409, "Conflict"), await App.AskAsync("POST", "client", ann, BodyOf(same)));
        }

        Assert.Equal((200, "{}"), await App.AskAsync("PATCH", $"client/{client.Name}", joe, ("name", $"Front door {name}")));
    }

    [Fact]
    public async Task Of_many_simultaneous_registrations_of_a_name_one_succeeds()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => App.AskAsync("POST", "client", joe, BodyOf(name))));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => Assert.Equal(Refusal(409, "Conflict"), answer));
    }

    [Fact]
    public async Task A_client_is_changed_field_by_field()
    {
        var client = await RegisterAsync(joe);
        await App.StoreAsync(db => db.Clients.Where(c => c.Name == name)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.UpdatedAt, CatalogRows.Now), Cancellation));
        var path = $"client/{client.Name}";
        var before = await App.AskAsync("GET", path, joe);
        Assert.Equal((200, "{}"), await App.AskAsync("PATCH", path, joe, ("unknown", "x")));
        Assert.Equal(before, await App.AskAsync("GET", path, joe));

        var renamed = CatalogRows.Fresh("Renamed ");
        Assert.Equal((200, "{}"), await App.AskAsync("PATCH", path, joe, ("name", renamed)));
        Assert.Equal((200, "{}"), await App.AskAsync("PATCH", path, client, ("callback_uris", "b.example, a.example,b.example")));
        var after = JsonNode.Parse((await App.AskAsync("GET", path, joe)).Body)!;
        Assert.Equal((renamed, "b.example,a.example"), ((string?)after["name"], (string?)after["callback_uris"]));
        Assert.NotEqual(CatalogRows.Now, (long?)after["updated_at"]);
    }

    [Fact]
    public async Task A_deleted_client_has_no_keys_and_no_grants_at_once()
    {
        var client = await RegisterAsync(joe);
        await App.StoreAsync(async db =>
        {
            db.Add(new Grant
            {
                ClientKey = await db.Clients.Where(c => c.Name == name).Select(c => c.Key).SingleAsync(Cancellation),
                UserKey = await db.Users.Where(u => u.UserName == ann.Name).Select(u => u.Id).SingleAsync(Cancellation),
                Resource = GrantedResource.User,
                Rights = CameraRights.View,
                CreatedAt = CatalogRows.Now,
            });
            await db.SaveChangesAsync(Cancellation);
        });
        Assert.Equal(200, (await App.AskAsync("GET", $"users/{ann.Name}", client)).Status);

        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"client/{client.Name}", joe));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"users/{ann.Name}", client));
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"client/{client.Name}", joe));
        Assert.Equal(Refusal(404, "Not Found"), await App.AskAsync("GET", $"client/{client.Name}", joe));
        Assert.Equal(0, await App.StoreAsync(db => db.Grants.CountAsync(
            grant => grant.User!.UserName == ann.Name, Cancellation)));
    }

    [Fact]
    public async Task A_client_may_delete_itself()
    {
        var client = await RegisterAsync(joe);
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"client/{client.Name}", client));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"client/{client.Name}", client));
    }

    [Fact]
    public async Task Clients_end_with_whoever_registered_them_and_so_does_what_others_allowed_them()
    {
        var (client, other) = (await RegisterAsync(joe), await RegisterAsync(ann, CatalogRows.Fresh("Other ")));
        await App.StoreAsync(async db =>
        {
            var key = await db.Clients.Where(c => c.Name == name).Select(c => c.Key).SingleAsync(Cancellation);
            var user = await db.Users.Where(u => u.UserName == ann.Name).Select(u => u.Id).SingleAsync(Cancellation);
            db.Add(new Grant
            {
                ClientKey = key,
                UserKey = user,
                Resource = GrantedResource.User,
                Rights = CameraRights.View,
                CreatedAt = CatalogRows.Now,
            });
            await db.SaveChangesAsync(Cancellation);
        });
        Assert.Equal(200, (await App.AskAsync("GET", $"users/{ann.Name}", client)).Status);

        Assert.Equal(200, (await App.AskAsync("DELETE", $"users/{joe.Name}", joe)).Status);
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"users/{ann.Name}", client));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"client/{client.Name}", client));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("PATCH", $"client/{client.Name}", client, ("callback_uris", "evil.example")));
        Assert.Equal((0, 0), await App.StoreAsync(async db => (
            await db.Clients.CountAsync(c => c.Name == name, Cancellation),
            await db.Grants.CountAsync(grant => grant.User!.UserName == ann.Name, Cancellation))));
        Assert.Equal(200, (await App.AskAsync("GET", $"client/{other.Name}", other)).Status);
    }

    [Fact]
    public async Task A_client_may_register_another_which_then_belongs_to_its_creator()
    {
        var client = await RegisterAsync(joe);
        var other = await RegisterAsync(client, CatalogRows.Fresh("Other "));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", $"client/{other.Name}", client));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", $"client/{other.Name}", ann));
        Assert.Equal(200, (await App.AskAsync("GET", $"client/{other.Name}", joe)).Status);
        Assert.Equal(200, (await App.AskAsync("GET", $"client/{other.Name}", other)).Status);
    }

    [Fact]
    public async Task A_token_registers_nothing_in_the_name_of_whoever_made_its_client()
    {
        using var stage = await OAuthStage.SetAsync(App);
        var creator = await App.AddUserAsync(CatalogRows.Fresh("creator"));
        await App.StoreAsync(db => db.Clients.Where(client => client.Key == stage.Client.Key)
            .ExecuteUpdateAsync(set => set.SetProperty(client => client.CreatorKey, creator.Key), Cancellation));
        var token = await stage.AgreeAsync("user:view user:edit");
        Assert.Equal(
            Refusal(403, "Unauthorized"),
            await stage.CallAsync(token, "POST", $"client?name={Uri.EscapeDataString(name)}&callback_uris=example.org&user_name=x&email=x"));
        Assert.False(await App.StoreAsync(db => db.Clients.AnyAsync(client => client.Name == name, Cancellation)));
    }

    [Fact]
    public async Task A_client_without_a_creator_registers_nothing()
    {
        var client = await RegisterAsync(joe);
        var other = CatalogRows.Fresh("Other ");
        await App.StoreAsync(db => db.Clients.Where(c => c.Name == name)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.CreatorKey, (long?)null), Cancellation));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("POST", "client", client, BodyOf(other)));
        Assert.False(await App.StoreAsync(db => db.Clients.AnyAsync(one => one.Name == other, Cancellation)));
    }

    private static JsonObject BodyOf(string name) => new()
    {
        ["name"] = name,
        ["callback_uris"] = "https://example.org/back, example.org:8080",
        ["user_name"] = "joe",
        ["email"] = "joe@example.org",
        ["password"] = "ignored",
    };

    private async Task<Person> RegisterAsync(Person creator, string? named = null)
    {
        var (status, body) = await App.AskAsync("POST", "client", creator, BodyOf(named ?? name));
        Assert.True(status == 201, body);
        var keys = JsonNode.Parse(body)!.AsObject();
        Assert.Equal(["id", "api_key"], keys.Select(member => member.Key));
        return new((string)keys["id"]!, Keys: $"api_id={keys["id"]}&api_key={keys["api_key"]}");
    }
}
