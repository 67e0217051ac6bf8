using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Evercam.Server.Users;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.AspNetCore.Cryptography.KeyDerivation;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

public sealed class SqliteUserTests(SqliteApp shared) : UserTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresUserTests(PostgresApp shared) : UserTests(shared), IClassFixture<PostgresApp>;

/// <summary>Accounts that there are (contract 4.1).</summary>
public abstract class UserTests(SharedApp shared)
{
    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
        var (id, key) = await App.KeysAsync(joe);
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
        var (id, key) = await App.KeysAsync(joe);
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
        // The Password Storage Cheat Sheet of OWASP asks for so many of PBKDF2 with HMAC-SHA512, since 2023.
        const uint floor = 210_000;
        await using var host = Server.EvercamHost.Build([]);
        using var scope = host.Services.CreateScope();
        var hash = Convert.FromBase64String(scope.ServiceProvider.GetRequiredService<IPasswordHasher<User>>().HashPassword(null!, "s3cret"));

        // Identity writes into a hash how it was made: version 3, the function, how often.
        Assert.Equal((1, KeyDerivationPrf.HMACSHA512), ((int)hash[0], (KeyDerivationPrf)BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1))));
        Assert.InRange(BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)), floor, uint.MaxValue);

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
}
