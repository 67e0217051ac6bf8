using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

public sealed class SqliteUserNameTests(SqliteApp shared) : UserNameTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresUserNameTests(PostgresApp shared) : UserNameTests(shared), IClassFixture<PostgresApp>;

/// <summary>Whether a name is free (contract 4.10).</summary>
public abstract class UserNameTests(SharedApp shared)
{
    private EvercamApp App => shared.App;

    [Fact]
    public async Task A_name_is_taken_as_user_name_and_as_email_in_any_case()
    {
        var joe = await App.SignUpAsync();
        foreach (var taken in new[] { joe.Name, joe.Name.ToUpperInvariant(), joe.Email, joe.Email.ToUpperInvariant() })
        {
            Assert.Equal(
                Refusal(400, "Username already in use"), await App.AskAsync("GET", $"testusername?username={taken}"));
        }

        foreach (var free in new[] { $"{joe.Name}x", $"x{joe.Email}", "m.smith.jsonx" })
        {
            Assert.Equal((200, """{"message":"OK"}"""), await App.AskAsync("GET", $"testusername?username={free}"));
            Assert.Equal((200, """{"message":"OK"}"""), await App.AskAsync("GET", $"testusername.json?username={free}", joe));
        }
    }

    [Fact]
    public async Task What_cannot_be_a_name_is_not_free()
    {
        Assert.Equal(Refusal(400, "username is missing"), await App.AskAsync("GET", "testusername"));
        Assert.Equal(Broken("username can't be blank"), await App.AskAsync("GET", "testusername?username="));
        Assert.Equal(Broken("username is invalid"), await App.AskAsync("GET", "testusername?username=joe%20bloggs"));
        Assert.Equal(Broken("username is invalid"), await App.AskAsync("GET", "testusername?username=joe.json"));
    }
}
