using System.Net;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Http;

public sealed class PasswordDoorTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("198.51.100.1");
    private static readonly IPAddress There = IPAddress.Parse("198.51.100.2");

    private readonly PasswordHasher<User> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 1 }));
    private readonly FakeTimeProvider clock = new();
    private readonly PasswordDoor door;
    private readonly User joe;
    private readonly User ann;

    public PasswordDoorTests()
    {
        var options = new HttpOptions { GuessesPerAccount = 3, GuessesPerSource = 5 };
        door = new(hasher, new KeyedHash(), Options.Create(options), clock);
        joe = NewUser(1, "joe");
        ann = NewUser(2, "ann");
    }

    public void Dispose() => door.Dispose();

    [Fact]
    public async Task The_right_password_opens_and_no_other()
    {
        Assert.True(await TryAsync(joe, "right"));
        Assert.False(await TryAsync(joe, "wrong"));
        Assert.False(await TryAsync(null, "right"));
        joe.PasswordHash = null;
        Assert.False(await TryAsync(joe, "right"));
    }

    [Fact]
    public async Task After_some_guesses_an_account_stays_shut_for_a_while()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.False(await TryAsync(joe, $"wrong {i}", from: i == 0 ? There : Here));
        }

        clock.Advance(TimeSpan.FromSeconds(40));
        var refusal = await Assert.ThrowsAsync<ApiException>(() => TryAsync(joe, "right"));
        Assert.Equal((429, TimeSpan.FromSeconds(20)), (refusal.Status, refusal.RetryAfter));
        Assert.True(await TryAsync(ann, "right"));

        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.True(await TryAsync(joe, "right"));
    }

    [Fact]
    public async Task Both_logins_of_an_account_count_together()
    {
        Assert.False(await TryAsync(joe, "1", login: "joe"));
        Assert.False(await TryAsync(joe, "2", login: "joe@example.org"));
        Assert.False(await TryAsync(joe, "3", login: "JOE"));
        await IsShutAsync(joe, login: "joe@example.org");
    }

    [Fact]
    public async Task An_account_that_does_not_exist_stays_shut_like_one_that_does()
    {
        Assert.False(await TryAsync(null, "1", login: "nobody"));
        Assert.False(await TryAsync(null, "2", login: "NOBODY"));
        Assert.False(await TryAsync(null, "3", login: "nobody"));
        await IsShutAsync(null, login: "Nobody");
    }

    [Fact]
    public async Task A_source_that_guesses_at_many_accounts_is_shut_out()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.False(await TryAsync(null, "x", login: $"user{i}"));
        }

        await IsShutAsync(joe);
        Assert.True(await TryAsync(joe, "right", from: There));
    }

    [Fact]
    public async Task A_network_of_one_customer_is_one_source()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.False(await TryAsync(null, "x", login: $"user{i}", from: IPAddress.Parse($"2001:db8:1:2::{i}")));
        }

        await IsShutAsync(joe, from: IPAddress.Parse("2001:db8:1:2:ffff::1"));
        Assert.True(await TryAsync(joe, "right", from: IPAddress.Parse("2001:db8:1:3::1")));
    }

    [Fact]
    public async Task Who_was_in_already_is_not_locked_out_by_others_who_guess()
    {
        Assert.True(await TryAsync(joe, "right"));
        for (var i = 0; i < 3; i++)
        {
            Assert.False(await TryAsync(joe, "wrong", from: There));
        }

        Assert.True(await TryAsync(joe, "right"));
        joe.PasswordHash = hasher.HashPassword(joe, "new");
        await IsShutAsync(joe);
    }

    [Fact]
    public async Task Right_passwords_never_shut_the_door()
    {
        for (var i = 0; i < 20; i++)
        {
            var user = NewUser(100 + i, "user");
            Assert.True(await TryAsync(user, "right"));
        }
    }

    [Fact]
    public async Task Many_guesses_at_once_are_many_guesses()
    {
        var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                return await TryAsync(joe, $"wrong {i}");
            }
            catch (ApiException)
            {
                return (bool?)null;
            }
        }));
        Assert.Equal(3, tries.Count(opened => opened == false));
    }

    private User NewUser(long key, string name)
    {
        var user = new User { Id = key, UserName = name, Forename = "x", Lastname = "x", Country = "ie", CreatedAt = 0, UpdatedAt = 0 };
        user.PasswordHash = hasher.HashPassword(user, "right");
        return user;
    }

    private Task<bool> TryAsync(User? user, string password, string login = "joe", IPAddress? from = null) =>
        door.OpensAsync(user, login, password, from ?? Here, TestContext.Current.CancellationToken).AsTask();

    private async Task IsShutAsync(User? user, string login = "joe", IPAddress? from = null) => Assert.Equal(
        429, (await Assert.ThrowsAsync<ApiException>(() => TryAsync(user, "right", login, from))).Status);
}
