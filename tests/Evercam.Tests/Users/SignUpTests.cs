using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

public sealed class SqliteSignUpTests(SqliteApp shared) : SignUpTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresSignUpTests(PostgresApp shared) : SignUpTests(shared), IClassFixture<PostgresApp>;

/// <summary>How accounts begin (contract 4.1.2).</summary>
public abstract class SignUpTests(SharedApp shared)
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

        // A name that only servers by invitation know.
        body["invitation"] = new JsonArray(1);
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

        var (id, key) = await App.KeysAsync(joe);
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
}
