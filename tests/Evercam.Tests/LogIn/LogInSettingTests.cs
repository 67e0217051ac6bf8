using System.Net;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.LogIn;

/// <summary>What settings and time do to log-ins.</summary>
public sealed class LogInSettingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Guessing_shuts_the_door_for_right_passwords_too()
    {
        await using var app = await StartAsync([], StoppedClock());
        var joe = await app.AddUserAsync("joe");
        using var surfer = new Surfer(app);
        var answers = new List<int>();
        for (var i = 0; i < 40; i++)
        {
            answers.Add((await surfer.PostAsync("/login", ("username", joe.Name), ("password", $"guess {i}"))).Status);
        }

        Assert.Equal((10, 30), (answers.Count(status => status == 302), answers.Count(status => status == 429)));
        var shut = await surfer.PostAsync("/login", ("username", joe.Email), ("password", joe.Password));
        Assert.Equal((429, "60"), (shut.Status, shut.Header("Retry-After")));
        Assert.Contains("wait 60 seconds", shut.Text, StringComparison.Ordinal);
        Assert.Null(surfer.CookieOf("evercam_session"));

        Assert.Equal(429, (await surfer.GetAsync("/v1/users/joe", ("Authorization", $"{joe.Basic}"))).Status);
    }

    [Theory]
    [InlineData("log-in")]
    [InlineData("Basic")]
    [InlineData("credentials")]
    public async Task Of_forty_guesses_at_any_door_ten_are_tried(string door)
    {
        var tries = new Meanwhile();
        await using var app = await StartAsync([], StoppedClock(), services => services.AddSingleton<IPasswordHasher<User>>(tries));
        var (joe, ann) = (await app.AddUserAsync("joe"), await app.AddUserAsync("ann"));
        using var surfer = new Surfer(app);
        var guesses = 0;
        tries.Happens = () => guesses++;
        for (var guess = 0; guess < 40; guess++)
        {
            await KnockAsync(guess % 2 == 0 ? joe.Name : joe.Email, $"guess {guess}");
        }

        Assert.Equal(10, guesses);
        Assert.Equal(429, (await KnockAsync(joe.Name, joe.Password)).Status);
        Assert.Equal(10, guesses);

        Task<Sight> KnockAsync(string login, string password) => door switch
        {
            "log-in" => surfer.PostAsync("/login", ("username", login), ("password", password)),
            "Basic" => surfer.GetAsync("/v1/users/joe", ("Authorization", $"{TestUser.BasicOf(login, password)}")),
            _ => surfer.GetAsync($"/v1/users/{login}/credentials?password={Uri.EscapeDataString(password)}&{ann.Keys}"),
        };
    }

    /// <summary>Somebody sits at a browser that joe has left, or signs up as joe once more.</summary>
    [Theory]
    [InlineData("/account", "username=other&email=other@example.org")]
    [InlineData("/account/password", "password=another")]
    [InlineData("/account/keys", "")]
    [InlineData("/account/delete", "agreed=joe")]
    [InlineData("/account/clients/{id}/delete", "")]
    [InlineData("/account/second-factor", "action=on")]
    [InlineData("/signup", "username=joe&email=joe@example.org")]
    public async Task Nor_are_more_at_any_page_that_asks_for_the_password(string path, string fields)
    {
        var tries = new Meanwhile();
        await using var app = await StartAsync([], adjust: services => services.AddSingleton<IPasswordHasher<User>>(tries));
        var joe = await app.AddUserAsync("joe");
        var client = CatalogRows.Client();
        client.CreatorKey = joe.Key;
        await app.StoreAsync(async db =>
        {
            db.Add(client);
            await db.Users.ExecuteUpdateAsync(
                set => set.SetProperty(user => user.CreatedAt, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()), Cancellation);
            await db.SaveChangesAsync(Cancellation);
        });
        using var surfer = new Surfer(app);
        if (path != "/signup")
        {
            await surfer.LogInAsync(joe);
        }

        (string, string)[] rest =
        [
            ("forename", "Joe"), ("lastname", "Bloggs"), ("country", "ie"),
            .. fields.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => (field.Split('=')[0], field.Split('=')[1])),
        ];
        var guesses = 0;
        tries.Happens = () => guesses++;
        var answer = 0;
        for (var guess = 0; guess < 40; guess++)
        {
            // Some forms have a field of the name for the old password, and some for the new one.
            (string, string)[] form =
                [.. rest, ("current", $"guess {guess}"), .. path is "/account/password" ? [] : new[] { ("password", $"guess {guess}") }];
            answer = (await surfer.PostAsync(path.Replace("{id}", client.Credential!.ApiId, StringComparison.Ordinal), form)).Status;
        }

        Assert.Equal((10, 429), (guesses, answer));
    }

    [Theory]
    [InlineData("joe")]
    [InlineData("nobody")]
    [InlineData("nobody@example.org")]
    public async Task A_guess_costs_the_same_whether_or_not_there_is_such_a_user(string login)
    {
        var tries = new Meanwhile();
        await using var app = await StartAsync([], adjust: services => services.AddSingleton<IPasswordHasher<User>>(tries));
        await app.AddUserAsync("joe");
        using var surfer = new Surfer(app);
        var hashes = 0;
        tries.Happens = () => hashes++;
        await surfer.PostAsync("/login", ("username", login), ("password", "guess"));
        await surfer.GetAsync("/v1/test", ("Authorization", $"{TestUser.BasicOf(login, "guess")}"));
        await surfer.GetAsync("/v1/vendors", ("Authorization", $"{TestUser.BasicOf(login, "guess")}"));
        Assert.Equal(2, hashes);
    }

    [Fact]
    public async Task A_session_ends_when_its_time_is_over()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_397_660_698));
        await using var app = await StartAsync(new() { ["Evercam:Sessions:Lifetime"] = "01:00:00" }, clock);
        var joe = await app.AddUserAsync("joe");
        using var surfer = new Surfer(app);
        var done = await surfer.PostAsync("/login", ("username", joe.Name), ("password", joe.Password));
        using var later = new Surfer(app);
        var cookie = done.Header("Set-Cookie").Split(';')[0].Split('=', 2);
        later.Cookies.Add(app.Address, new Cookie(cookie[0], cookie[1]));

        clock.Advance(TimeSpan.FromSeconds(3599));
        Assert.Equal(200, (await later.GetAsync("/v1/users/joe")).Status);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await later.GetAsync("/v1/users/joe")).Status);

        clock.Advance(TimeSpan.FromHours(1));
        await Eventually.IsTrueAsync(() => app.StoreAsync(async db => !await db.Sessions.AnyAsync(Cancellation)));
    }

    [Fact]
    public async Task Hosts_of_a_domain_may_share_the_session_and_change_things()
    {
        await using var app = await StartAsync(new()
        {
            ["Evercam:Sessions:CookieDomain"] = "example.org",
            ["Evercam:Http:TrustedOrigins:0"] = "https://dashboard.example.org",
        });
        var joe = await app.AddUserAsync("joe");
        using var surfer = new Surfer(app);
        var done = await surfer.PostFromAsync(
            "/login", "https://dashboard.example.org", ("username", joe.Name), ("password", joe.Password));
        Assert.Contains("; domain=example.org;", done.Header("Set-Cookie"), StringComparison.Ordinal);

        using var change = new HttpRequestMessage(HttpMethod.Patch, "/v1/users/joe?forename=Joseph")
        {
            Headers = { { "Origin", "https://dashboard.example.org" }, { "Cookie", done.Header("Set-Cookie").Split(';')[0] } },
        };
        Assert.Equal(200, (await surfer.SendAsync(change)).Status);
    }

    [Fact]
    public async Task Over_https_the_cookie_stays_there()
    {
        await using var app = await StartAsync(new() { ["Evercam:Http:TrustedProxies:0"] = "127.0.0.1" });
        var joe = await app.AddUserAsync("joe");
        using var surfer = new Surfer(app);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login")
        {
            Content = new FormUrlEncodedContent([new("username", joe.Name), new("password", joe.Password)]),
            Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-For", "10.0.0.1" } },
        };
        Assert.Contains("; secure;", (await surfer.SendAsync(request)).Header("Set-Cookie"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_becomes_of_an_account_while_its_password_is_tried_counts()
    {
        var meanwhile = new Meanwhile();
        await using var app = await StartAsync([], adjust: services => services.AddSingleton<IPasswordHasher<User>>(meanwhile));
        using var surfer = new Surfer(app);
        foreach (var change in new[] { "UPDATE users SET password_hash = 'new'", "DELETE FROM users" })
        {
            var joe = await app.AddUserAsync("joe");
            meanwhile.Happens = () =>
            {
                using var scope = app.Services.CreateScope();
                scope.ServiceProvider.GetRequiredService<EvercamDb>().Database.ExecuteSqlRaw(change);
            };
            Assert.Equal((302, "/login"), (await surfer.PostAsync("/login", ("username", joe.Name), ("password", joe.Password))).Ends);
            Assert.Null(surfer.CookieOf("evercam_session"));
            Assert.Contains("do not belong together", (await surfer.GetAsync("/login")).Text, StringComparison.Ordinal);
            await app.StoreAsync(db => db.Users.ExecuteDeleteAsync(Cancellation));
        }
    }

    [Fact]
    public async Task A_cookie_is_only_opened_where_someone_asks_who_it_is()
    {
        var opened = 0;
        await using var app = await StartAsync([], adjust: services => services.Configure<CookieAuthenticationOptions>(
            Sessions.Cookie,
            cookie => cookie.Events.OnValidatePrincipal = _ =>
            {
                opened++;
                return Task.CompletedTask;
            }));
        var joe = await app.AddUserAsync("joe");
        using var surfer = new Surfer(app);
        await surfer.LogInAsync(joe);
        foreach (var path in new[] { "/healthz", "/v1/nowhere", $"/v1/users/joe?{joe.Keys}" })
        {
            await surfer.GetAsync(path);
            Assert.Equal(0, opened);
        }

        Assert.Equal(200, (await surfer.GetAsync("/v1/users/joe")).Status);
        Assert.Equal(200, (await surfer.GetAsync("/v1/users/joe")).Status);
        Assert.Equal(1, opened);
    }

    /// <summary>However long the guesses of a test take, none of them falls into the next minute.</summary>
    private static FakeTimeProvider StoppedClock() => new(TimeProvider.System.GetUtcNow());

    private static Task<EvercamApp> StartAsync(
        Dictionary<string, string?> settings, TimeProvider? clock = null, Action<IServiceCollection>? adjust = null) =>
        EvercamApp.StartAsync(settings, clock, adjust: builder => adjust?.Invoke(builder.Services));

    /// <summary>Lets something happen right after a password was found to be the right one.</summary>
    private sealed class Meanwhile : IPasswordHasher<User>
    {
        private readonly PasswordHasher<User> quick = new(Options.Create(new PasswordHasherOptions { IterationCount = 1 }));

        public Action? Happens { get; set; }

        public string HashPassword(User user, string password) => quick.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            var verified = quick.VerifyHashedPassword(user, hashedPassword, providedPassword);
            Happens?.Invoke();
            return verified;
        }
    }
}
