using System.Net;
using Evercam.Server.Http;
using Evercam.Server.Users;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Http;

public sealed class PasswordDoorTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("198.51.100.1");
    private static readonly IPAddress There = IPAddress.Parse("198.51.100.2");

    private readonly HeldHasher hasher = new();
    private readonly FakeTimeProvider clock = new();
    private readonly PasswordDoor door;
    private readonly User joe;
    private readonly User ann;

    public PasswordDoorTests()
    {
        var options = new HttpOptions { GuessesPerAccount = 3, GuessesPerAccountFromAll = 5, GuessesPerSource = 5 };
        door = new(hasher, new KeyedHash(), Options.Create(options), clock);
        joe = NewUser(1, "joe");
        ann = NewUser(2, "ann");
    }

    public void Dispose()
    {
        door.Dispose();
        hasher.Dispose();
    }

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
    public async Task After_some_guesses_an_account_stays_shut_to_their_source_for_a_while()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.False(await TryAsync(joe, $"wrong {i}"));
        }

        clock.Advance(TimeSpan.FromSeconds(40));
        var refusal = await Assert.ThrowsAsync<ApiException>(() => TryAsync(joe, "right"));
        Assert.Equal((429, TimeSpan.FromSeconds(20)), (refusal.Status, refusal.RetryAfter));
        Assert.True(await TryAsync(ann, "right"));

        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.True(await TryAsync(joe, "right"));
    }

    [Fact]
    public async Task After_more_from_everywhere_it_stays_shut_to_all()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.False(await TryAsync(joe, $"wrong {i}", from: i < 3 ? There : Here));
        }

        await IsShutAsync(joe, from: IPAddress.Parse("198.51.100.3"));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await TryAsync(joe, "right"));
    }

    [Fact]
    public async Task Who_knows_the_password_does_not_count_as_a_guesser_however_often_it_changes()
    {
        for (var i = 0; i < 6; i++)
        {
            joe.PasswordHash = hasher.HashPassword(joe, $"right {i}");
            Assert.True(await TryAsync(joe, $"right {i}", from: IPAddress.Parse($"198.51.100.{i}")));
        }
    }

    [Fact]
    public async Task To_others_it_stays_open()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.False(await TryAsync(joe, $"wrong {i}", from: There));
        }

        await IsShutAsync(joe, from: There);
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
            Assert.False(await TryAsync(joe, "wrong"));
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

    [Fact]
    public async Task Many_who_know_the_password_all_get_in_at_once()
    {
        using var wide = new PasswordDoor(
            hasher, new KeyedHash(), Options.Create(new HttpOptions { GuessesPerAccount = 3, GuessesPerSource = 3 }), clock, turns: 16);
        hasher.Hold();
        var tries = Enumerable.Range(0, 16).Select(_ => Task.Run(
            () => wide.OpensAsync(joe, "joe", "right", Here, TestContext.Current.CancellationToken).AsTask())).ToList();
        await Eventually.IsTrueAsync(() => hasher.Verifying > 0);
        hasher.LetGo();
        Assert.All(await Task.WhenAll(tries), Assert.True);
    }

    [Fact]
    public async Task The_same_wrong_password_many_times_at_once_is_many_guesses()
    {
        var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            try
            {
                return await TryAsync(joe, "wrong");
            }
            catch (ApiException)
            {
                return (bool?)null;
            }
        })));
        Assert.Equal((3, 17), (tries.Count(opened => opened == false), tries.Count(opened => opened is null)));
    }

    [Fact]
    public async Task Who_leaves_takes_nobody_along()
    {
        using var leave = new CancellationTokenSource();
        var others = await KeepBusyAsync();
        var leaving = door.OpensAsync(joe, "joe", "right", Here, leave.Token).AsTask();
        var staying = TryAsync(joe, "right");
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        hasher.LetGo();
        Assert.True(await staying);
        Assert.All(await Task.WhenAll(others), Assert.False);
    }

    [Fact]
    public async Task A_shut_door_says_so_however_many_wait_before_it()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.False(await TryAsync(joe, $"wrong {i}"));
        }

        var others = await KeepBusyAsync();
        var attempt = door.OpensAsync(joe, "joe", "right", Here, TestContext.Current.CancellationToken);
        Assert.True(attempt.IsCompleted);
        await Assert.ThrowsAsync<ApiException>(attempt.AsTask);

        hasher.LetGo();
        Assert.All(await Task.WhenAll(others), Assert.False);
    }

    [Fact]
    public async Task Logging_in_keeps_nobody_from_signing_up()
    {
        using var signUps = new SignUpDoor(hasher, new KeyedHash(), Options.Create(new HttpOptions()), clock);
        var others = await KeepBusyAsync();
        var hash = signUps.HashAsync(ann, "new", Here, TestContext.Current.CancellationToken);
        Assert.True(hash.IsCompleted);
        Assert.NotEqual(ann.PasswordHash, await hash);

        hasher.LetGo();
        Assert.All(await Task.WhenAll(others), Assert.False);
    }

    [Fact]
    public async Task A_source_that_signs_up_too_often_is_told_so_and_no_other()
    {
        var options = Options.Create(new HttpOptions { SignUpsPerSource = 2 });
        using var signUps = new SignUpDoor(hasher, new KeyedHash(), options, clock);
        await SignUpAsync(Here);
        await SignUpAsync(Here);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => SignUpAsync(Here));
        Assert.Equal((429, TimeSpan.FromHours(1)), (refusal.Status, refusal.RetryAfter));
        await SignUpAsync(There);
        Assert.True(await TryAsync(joe, "right"));

        clock.Advance(TimeSpan.FromHours(1));
        await SignUpAsync(Here);

        Task<string> SignUpAsync(IPAddress from) => signUps.HashAsync(ann, "x", from, TestContext.Current.CancellationToken).AsTask();
    }

    /// <summary>Lets others take every turn, and not end.</summary>
    private async Task<Task<bool>[]> KeepBusyAsync()
    {
        hasher.Hold();
        Task<bool>[] others =
        [
            .. Enumerable.Range(0, Environment.ProcessorCount).Select(i => Task.Run(() =>
                TryAsync(NewUser(100 + i, "other"), "wrong", login: $"other{i}", from: IPAddress.Parse($"203.0.113.{i}")))),
        ];
        await Eventually.IsTrueAsync(() => hasher.Verifying == Math.Max(1, Environment.ProcessorCount / 2));
        return others;
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

    /// <summary>Hashes quickly, unless it is told to wait.</summary>
    private sealed class HeldHasher : IPasswordHasher<User>, IDisposable
    {
        private readonly PasswordHasher<User> quick = new(Options.Create(new PasswordHasherOptions { IterationCount = 1 }));
        private readonly ManualResetEventSlim going = new(initialState: true);
        private int verifying;

        public int Verifying => Volatile.Read(ref verifying);

        public void Hold() => going.Reset();

        public void LetGo() => going.Set();

        public string HashPassword(User user, string password) => quick.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Interlocked.Increment(ref verifying);
            going.Wait();
            Interlocked.Decrement(ref verifying);
            return quick.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }

        public void Dispose() => going.Dispose();
    }
}
