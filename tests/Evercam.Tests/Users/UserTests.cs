using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Evercam.Server.Users;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

public sealed class SqliteUserTests(SqliteApp shared) : UserTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresUserTests(PostgresApp shared) : UserTests(shared), IClassFixture<PostgresApp>;

/// <summary>Accounts (contract 4.1).</summary>
public abstract class UserTests(SharedApp shared)
{
    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Signing_up_answers_the_new_user()
    {
        var body = SignUpOf(new("joeyb"));
        body["country"] = "US";
        body["id"] = "another";
        body["created_at"] = 1;
        body["confirmed_at"] = 1;
        Assert.Equal(
            (201,
                """
                {"users":[{"id":"joeyb","created_at":0,"updated_at":0,"confirmed_at":null,"forename":"Joe","lastname":"Bloggs","username":"joeyb","email":"joeyb@example.org","country":"us"}]}
                """),
            (await App.AskAsync("POST", "users", json: body)).Timeless());
    }

    /// <summary>So browsers and curl escape it: a form's body has no raw bytes beyond ASCII.</summary>
    [Fact]
    public async Task A_form_in_another_charset_means_what_was_typed_its_password_too()
    {
        var name = CatalogRows.Fresh("rene");
        using var form = new StringContent(
            $"forename=Ren%E9&lastname=B%E9cot&username={name}&country=fr&email={name}%40example.org&password=caf%E9+noir%21");
        form.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded; charset=ISO-8859-1");
        using var answer = await App.Client.PostAsync("users", form, Cancellation);
        Assert.Equal(201, (int)answer.StatusCode);
        var rene = new Person(name, Basic(name, "café noir!"));
        Assert.Equal("René", (string?)(await App.AskAsync("GET", $"users/{name}", rene)).One()["forename"]);
    }

    [Fact]
    public async Task A_new_user_signs_in_at_once_in_every_way()
    {
        var joe = await App.SignUpAsync(CatalogRows.Fresh("Joe."));
        foreach (var login in new[] { joe.Name, joe.Name.ToUpperInvariant(), joe.Email, joe.Email.ToUpperInvariant() })
        {
            var caller = new Person(joe.Name, Basic(login, joe.Password));
            Assert.Equal(joe.Name, (string?)(await App.AskAsync("GET", $"users/{joe.Name}", caller)).One()["id"]);
        }

        var (id, key) = await KeysAsync(joe);
        Assert.Matches(@"\A[0-9a-f]{8,20}\z", id);
        Assert.Matches(@"\A[0-9a-f]{32}\z", key);
        var byKeys = new Person(joe.Name, Keys: $"api_id={id}&api_key={key}");
        Assert.Equal(200, (await App.AskAsync("GET", $"users/{joe.Name}", byKeys)).Status);
        Assert.Equal(200, (await App.AskAsync("PATCH", $"users/{joe.Name}", null, ("api_id", id), ("api_key", key))).Status);
        Assert.Equal(
            200,
            (await App.AskAsync("PATCH", $"users/{joe.Name}", json: new JsonObject { ["api_id"] = id, ["api_key"] = key })).Status);
    }

    [Fact]
    public async Task A_sign_up_may_be_a_form()
    {
        var form = SignUpOf(new(CatalogRows.Fresh("form"))).Select(field => (field.Key, (string)field.Value!)).ToArray();
        Assert.Equal(201, (await App.AskAsync("POST", "users.json", null, form)).Status);
    }

    [Fact]
    public async Task What_is_missing_is_named_in_order() => Assert.Equal(
        Refusal(
            400,
            "forename is missing, lastname is missing, username is missing, country is missing, email is missing, "
            + "password is missing"),
        await App.AskAsync("POST", "users"));

    [Fact]
    public async Task What_is_no_text_is_named_with_what_is_missing() => Assert.Equal(
        Refusal(400, "forename is invalid, lastname is missing, username is missing, country is missing, email is missing, "
            + "password is missing"),
        await App.AskAsync("POST", "users", json: new JsonObject { ["forename"] = new JsonArray() }));

    [Theory]
    [InlineData("forename", "", "forename can't be blank")]
    [InlineData("forename", null, "forename can't be blank")]
    [InlineData("lastname", " ", "lastname can't be blank")]
    [InlineData("forename", "Joe\nBloggs", "forename is invalid")]
    [InlineData("forename", "Joe\u0085Bloggs", "forename is invalid")]
    [InlineData("lastname", "Bloggs\u009b2J", "lastname is invalid")]
    [InlineData("lastname", "Bloggs\u202Eeoj", "lastname is invalid")]
    [InlineData("lastname", "Bloggs\u2066", "lastname is invalid")]
    [InlineData("lastname", "Bloggs\u2028x", "lastname is invalid")]
    [InlineData("lastname", "Bloggs\u007f", "lastname is invalid")]
    [InlineData("username", "", "username can't be blank")]
    [InlineData("username", "joe bloggs", "username is invalid")]
    [InlineData("username", ".joe", "username is invalid")]
    [InlineData("username", "joe@home", "username is invalid")]
    [InlineData("username", "joe\n", "username is invalid")]
    [InlineData("username", "joe\nbloggs", "username is invalid")]
    [InlineData("username", "joe.json", "username is invalid")]
    [InlineData("username", "joe.XML", "username is invalid")]
    [InlineData("username", "joe/cameras", "username is invalid")]
    [InlineData("username", "jös", "username is invalid")]
    [InlineData("username", "a23456789b123456789c123456789d123456789e123456789f123456789g12345", "username is invalid")]
    [InlineData("country", "", "country can't be blank")]
    [InlineData("country", "uk", "country is invalid")]
    [InlineData("country", "usa", "country is invalid")]
    [InlineData("country", "us\n", "country is invalid")]
    [InlineData("email", "", "email can't be blank")]
    [InlineData("email", "joe", "email is invalid")]
    [InlineData("email", "joe@example", "email is invalid")]
    [InlineData("email", "@example.org", "email is invalid")]
    [InlineData("email", "joe@.", "email is invalid")]
    [InlineData("email", "joe@example.org\nx", "email is invalid")]
    [InlineData("email", "joe bloggs@example.org", "email is invalid")]
    [InlineData("email", "joe@example..org", "email is invalid")]
    [InlineData("email", "<joe@example.org>", "email is invalid")]
    [InlineData("password", "", "password can't be blank")]
    public async Task A_sign_up_that_breaks_a_rule_is_refused(string field, string? value, string message)
    {
        var name = CatalogRows.Fresh("rule");
        var body = SignUpOf(new(name));
        body[field] = value;
        Assert.Equal(Broken(message), await App.AskAsync("POST", "users", json: body));
        Assert.False(await App.StoreAsync(db => db.Users.AnyAsync(user => user.UserName == name, Cancellation)));
    }

    [Theory]
    [InlineData("username", "4")]
    [InlineData("username", "m.smith-2_b")]
    [InlineData("username", "a23456789b123456789c123456789d123456789e123456789f123456789g1234")]
    [InlineData("country", "IE")]
    [InlineData("email", "o'neil+cam@mail.example.co.uk")]
    [InlineData("password", "a:b ü\\\"")]
    public async Task A_sign_up_may_be_unusual(string field, string value)
    {
        var body = SignUpOf(new(CatalogRows.Fresh("unusual")));
        body[field] = value;
        Assert.Equal(201, (await App.AskAsync("POST", "users", json: body)).Status);
    }

    [Fact]
    public async Task All_broken_rules_are_told_together()
    {
        var joe = await App.SignUpAsync();
        var body = SignUpOf(joe);
        (body["forename"], body["country"], body["password"]) = ("", "xx", "");
        Assert.Equal(
            Broken(
                "forename can't be blank", "country is invalid", "password can't be blank", "username is already registered",
                "email is already registered"),
            await App.AskAsync("POST", "users", json: body));
    }

    [Fact]
    public async Task A_name_or_an_email_is_taken_in_any_case()
    {
        var joe = await App.SignUpAsync();
        var body = SignUpOf(joe);
        body["username"] = joe.Name.ToUpperInvariant();
        body["email"] = $"x{joe.Email}";
        Assert.Equal(Broken("username is already registered"), await App.AskAsync("POST", "users", json: body));
        body["username"] = $"x{joe.Name}";
        body["email"] = joe.Email.ToUpperInvariant();
        Assert.Equal(Broken("email is already registered"), await App.AskAsync("POST", "users", json: body));
    }

    [Theory]
    [InlineData("username", "username is already registered")]
    [InlineData("email", "email is already registered")]
    public async Task Of_many_simultaneous_sign_ups_one_succeeds(string same, string message)
    {
        var wanted = CatalogRows.Fresh("same") + (same == "email" ? "@example.org" : "");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
        {
            var body = SignUpOf(new(CatalogRows.Fresh("race")));
            body[same] = wanted;
            return App.AskAsync("POST", "users", json: body);
        }));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => Assert.Equal(Broken(message), answer));
    }

    [Fact]
    public async Task A_sign_up_needs_no_caller_and_believes_no_wrong_one()
    {
        var joe = await App.SignUpAsync();
        Assert.Equal(201, (await App.AskAsync("POST", "users", joe, SignUpOf(new(CatalogRows.Fresh("by"))))).Status);
        var wrong = new Person("x", Keys: "api_id=1234&api_key=5678");
        Assert.Equal(
            Refusal(401, "Unauthenticated"), await App.AskAsync("POST", "users", wrong, SignUpOf(new(CatalogRows.Fresh("by")))));
    }

    [Fact]
    public async Task A_user_is_shown_to_those_who_may_see_the_account()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var client = await App.AddClientAsync(joe, GrantedResource.User, CameraRights.View);
        var other = await App.AddClientAsync(joe, GrantedResource.User, CameraRights.List);
        foreach (var path in new[] { joe.Name, $"{joe.Name}.json", joe.Name.ToUpperInvariant(), joe.Email, $"{joe.Email}.json" })
        {
            Assert.Equal(joe.Name, (string?)(await App.AskAsync("GET", $"users/{path}", joe)).One()["username"]);
        }

        Assert.Equal(200, (await App.AskAsync("GET", $"users/{joe.Name}", client)).Status);
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", $"users/{joe.Name}", ann));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", $"users/{joe.Name}", other));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"users/{joe.Name}"));
        Assert.Equal(Refusal(404, "user does not exist"), await App.AskAsync("GET", "users/nobody", joe));
    }

    [Fact]
    public async Task Credentials_are_given_for_the_password()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var path = $"users/{joe.Name}/credentials";
        var right = $"?password={Uri.EscapeDataString(joe.Password)}";
        var given = await App.AskAsync("GET", $"{path}{right}", ann);
        var (id, key) = await KeysAsync(joe);
        Assert.Equal((200, $$"""{"api_id":"{{id}}","api_key":"{{key}}"}"""), given);
        Assert.Equal(given, await App.AskAsync("GET", $"users/{joe.Email}/credentials.json{right}", ann));

        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", path));
        Assert.Equal(Refusal(400, "password is missing"), await App.AskAsync("GET", path, ann));
        Assert.Equal(Refusal(400, "password is missing"), await App.AskAsync("GET", "users/nobody/credentials", ann));
        Assert.Equal(Refusal(404, "User does not exist."), await App.AskAsync("GET", $"users/nobody/credentials{right}", ann));
        foreach (var wrong in new[] { "?password=wrong", "?password=", $"{right}x" })
        {
            Assert.Equal(
                Refusal(401, "Invalid user name and/or password."), await App.AskAsync("GET", $"{path}{wrong}", ann));
        }
    }

    [Fact]
    public async Task Guessing_at_credentials_ends()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var path = $"users/{joe.Name}/credentials?password=";
        for (var guess = 0; guess < 10; guess++)
        {
            Assert.Equal(401, (await App.AskAsync("GET", $"{path}{guess}", ann)).Status);
        }

        Assert.Equal(Refusal(429, "Too Many Requests"), await App.AskAsync("GET", $"{path}{Uri.EscapeDataString("!")}", ann));
    }

    [Fact]
    public async Task An_account_is_changed_field_by_field()
    {
        var joe = await App.SignUpAsync();
        var path = $"users/{joe.Name}";
        foreach (var (field, sent, kept) in new[]
        {
            ("forename", "Joseph", "Joseph"), ("lastname", "B", "B"), ("country", "IE", "ie"),
            ("email", $"X{joe.Email}", $"X{joe.Email}"), ("username", joe.Name.ToUpperInvariant(), joe.Name.ToUpperInvariant()),
        })
        {
            var before = (await App.AskAsync("GET", path, joe)).One();
            var after = (await App.AskAsync("PATCH", path, joe, (field, sent))).One();
            before[field] = kept;
            before["id"] = before["username"]?.DeepClone();
            before["updated_at"] = after["updated_at"]?.DeepClone();
            Assert.Equal(before.ToJsonString(), after.ToJsonString());
            Assert.Equal(after.ToJsonString(), (await App.AskAsync("GET", path, joe)).One().ToJsonString());
        }
    }

    [Fact]
    public async Task A_renamed_account_leaves_its_old_name()
    {
        var joe = await App.SignUpAsync();
        var camera = await App.AddCameraAsync(joe);
        var name = CatalogRows.Fresh("renamed");
        Assert.Equal(name, (string?)(await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("username", name))).One()["id"]);

        var renamed = new Person(name, Basic(name, joe.Password));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"users/{name}", joe));
        Assert.Equal(Refusal(404, "user does not exist"), await App.AskAsync("GET", $"users/{joe.Name}", renamed));
        Assert.Equal(name, (string?)(await App.AskAsync("GET", $"cameras/{camera}", renamed)).One()["owner"]);
    }

    [Fact]
    public async Task A_change_without_content_changes_nothing()
    {
        var joe = await App.SignUpAsync();
        await App.StoreAsync(db => db.Users.Where(user => user.UserName == joe.Name)
            .ExecuteUpdateAsync(set => set.SetProperty(user => user.UpdatedAt, CatalogRows.Now), Cancellation));
        var unchanged = await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("password", "new"), ("confirmed_at", "1"));
        Assert.Equal(CatalogRows.Now, (long?)unchanged.One()["updated_at"]);
        Assert.Equal(unchanged, await App.AskAsync("PATCH", $"users/{joe.Name}", joe));
        Assert.NotEqual(
            CatalogRows.Now,
            (long?)(await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("forename", "Jo"))).One()["updated_at"]);
    }

    [Fact]
    public async Task An_account_may_be_sent_back_whole()
    {
        var joe = await App.SignUpAsync();

        // An address that was taken before the rules for it were stricter.
        var old = $"\"{joe.Name}\"@example.org";
        await App.StoreAsync(db => db.Users.Where(user => user.UserName == joe.Name).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.Email, old).SetProperty(user => user.NormalizedEmail, old.ToUpperInvariant()), Cancellation));
        var whole = (await App.AskAsync("GET", $"users/{joe.Name}", joe)).One();
        var after = (await App.AskAsync("PATCH", $"users/{joe.Name}", joe, whole)).One();
        after["updated_at"] = whole["updated_at"]?.DeepClone();
        Assert.Equal(whole.ToJsonString(), after.ToJsonString());
    }

    [Fact]
    public async Task A_change_that_breaks_rules_changes_nothing()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var before = await App.AskAsync("GET", $"users/{joe.Name}", joe);
        Assert.Equal(
            Broken("lastname can't be blank", "username is already registered", "email is already registered"),
            await App.AskAsync(
                "PATCH", $"users/{joe.Name}", joe,
                ("forename", "Jo"), ("lastname", ""), ("username", ann.Name.ToUpperInvariant()), ("email", ann.Email)));
        Assert.Equal(
            Broken("forename can't be blank", "country is invalid"),
            await App.AskAsync("PATCH", $"users/{joe.Name}", joe, new JsonObject { ["forename"] = null, ["country"] = "xx" }));
        Assert.Equal(before, await App.AskAsync("GET", $"users/{joe.Name}", joe));
    }

    [Fact]
    public async Task An_account_is_changed_and_deleted_only_by_those_who_may()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var viewer = await App.AddClientAsync(joe, GrantedResource.User, CameraRights.View);
        foreach (var method in new[] { "PATCH", "DELETE" })
        {
            Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync(method, $"users/{joe.Name}"));
            Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync(method, $"users/{joe.Name}", ann));
            Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync(method, $"users/{joe.Name}", viewer));
            Assert.Equal(Refusal(404, "user does not exist"), await App.AskAsync(method, "users/nobody", joe));
        }
    }

    [Fact]
    public async Task A_deleted_account_takes_everything_along()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var (his, hers) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(ann));
        await App.ShareAsync(his, ann, CameraRights.All);
        await App.ShareAsync(hers, joe, CameraRights.All);
        var (id, key) = await KeysAsync(joe);
        Assert.Equal(200, (await App.AskAsync("GET", $"cameras/{his}", ann)).Status);

        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"users/{joe.Name}", joe));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"users/{joe.Name}", joe));
        Assert.Equal(401, (await App.AskAsync("GET", $"cameras/{hers}", new("x", Keys: $"api_id={id}&api_key={key}"))).Status);
        Assert.Equal(Refusal(404, "user does not exist"), await App.AskAsync("GET", $"users/{joe.Name}", ann));
        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{his}", ann));
        Assert.Equal(200, (await App.AskAsync("GET", $"cameras/{hers}", ann)).Status);
        await App.SignUpAsync(joe.Name);
    }

    [Fact]
    public async Task Passwords_are_kept_as_slow_hashes_and_keys_are_protected()
    {
        await using var host = Server.EvercamHost.Build([]);
        Assert.Equal(
            UsersSetup.PasswordIterations,
            host.Services.GetRequiredService<IOptions<PasswordHasherOptions>>().Value.IterationCount);

        var joe = await App.SignUpAsync();
        var kept = await App.StoreAsync(db => db.Users.SingleAsync(user => user.UserName == joe.Name, Cancellation));
        Assert.DoesNotContain(joe.Password, kept.PasswordHash!, StringComparison.Ordinal);
        Assert.Equal(
            PasswordVerificationResult.Success,
            App.Services.GetRequiredService<IPasswordHasher<User>>().VerifyHashedPassword(kept, kept.PasswordHash!, joe.Password));
    }

    [Fact]
    public void Requests_with_passwords_do_not_show_them()
    {
        Assert.DoesNotContain("hidden", new SignUp("a", "b", "c", "d", "e", "hidden").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", new KeysRequest("a", "hidden").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", new KeysResponse("a", "hidden").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_as_many_countries_as_the_standard_has()
    {
        Assert.Equal(249, Countries.Count);
        Assert.All(["ie", "US", "gB", "ax", "zw", "ss"], code => Assert.True(Countries.Contains(code)));
        Assert.All(["eu", "uk", "xk", "an", ""], code => Assert.False(Countries.Contains(code)));
    }

    private async Task<(string Id, string Key)> KeysAsync(Person person)
    {
        var (status, body) = await App.AskAsync(
            "GET", $"users/{person.Name}/credentials?password={Uri.EscapeDataString(person.Password)}", person);
        Assert.True(status == 200, body);
        var keys = JsonNode.Parse(body)!;
        return ((string)keys["api_id"]!, (string)keys["api_key"]!);
    }
}
