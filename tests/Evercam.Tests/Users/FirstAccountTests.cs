using System.Text.RegularExpressions;
using Evercam.Server.Users;
using Evercam.Tests.Pages;
using Evercam.Tests.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Users;

public sealed class SqliteFirstAccountRaceTests : FirstAccountRaceTests
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>());
}

public sealed class PostgresFirstAccountRaceTests(PostgresServer server) : FirstAccountRaceTests
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() =>
        new() { ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync() };
}

/// <summary>Several people who make the first account at once.</summary>
public abstract class FirstAccountRaceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_many_at_once_exactly_one_wins()
    {
        using var shelf = new LogShelf();
        await using var app = await FirstAccountTests.StartAsync(await SettingsAsync(), shelf);
        var code = FirstAccountTests.CodeIn(shelf);
        Surfer[] surfers = [.. Enumerable.Range(0, 6).Select(_ => new Surfer(app))];
        try
        {
            var answers = await Task.WhenAll(surfers.Select((surfer, i) => surfer.PostAsync("/setup", [.. FirstAccountTests.Form($"joe{i}"), ("code", code)])));
            Assert.Equal((302, "/"), Assert.Single(answers, answer => answer.Status != 409).Ends);
            var winner = Array.FindIndex(answers, answer => answer.Status == 302);
            Assert.Equal($"joe{winner}", await app.StoreAsync(db => db.Users.Select(user => user.UserName).SingleAsync(Cancellation)));
            Assert.Contains($"joe{winner}", (await surfers[winner].GetAsync("/")).Text, StringComparison.Ordinal);
            Assert.Contains(
                "Somebody has made the first account before you.", answers.First(answer => answer.Status == 409).Text, StringComparison.Ordinal);
        }
        finally
        {
            Array.ForEach(surfers, surfer => surfer.Dispose());
        }
    }

    protected abstract Task<Dictionary<string, string?>> SettingsAsync();
}

/// <summary>A server on which nobody has an account: who may make the first one.</summary>
public sealed partial class FirstAccountTests
{
    private const string Elsewhere = "https://cameras.example.org";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_opens_the_link_of_the_log_makes_it_and_is_logged_in_without_a_mail()
    {
        using var shelf = new LogShelf();
        await using var app = await StartAsync(new() { ["Evercam:SignUp"] = "closed", ["Evercam:Users:RequireConfirmation"] = "true" }, shelf);
        using var surfer = new Surfer(app);
        Assert.Equal((302, "/setup"), (await surfer.GetAsync("/")).Ends);
        var code = CodeIn(shelf);
        var page = await surfer.GetAsync($"/setup?code={code}");
        Assert.Equal((code, "strict-origin"), (page.FieldOf("code"), page.Header("Referrer-Policy")));
        var wrong = await surfer.PostAsync("/setup", page.Fill(Typed("joe <3")));
        Assert.Equal(400, wrong.Status);
        Assert.StartsWith("A user name has up to 64 letters", wrong.ProblemAt("username"), StringComparison.Ordinal);
        Assert.Equal(("joe <3", code), (wrong.FieldOf("username"), wrong.FieldOf("code")));
        Assert.DoesNotContain("s3cret", wrong.Body, StringComparison.Ordinal);

        Assert.Equal((302, "/"), (await surfer.PostAsync("/setup", page.Fill(Typed("joe")))).Ends);
        Assert.Contains("There are no cameras here yet", (await surfer.GetAsync("/")).Text, StringComparison.Ordinal);
        var joe = await app.StoreAsync(db => db.Users.Include(user => user.Credential).SingleAsync(Cancellation));
        Assert.Equal(joe.CreatedAt, joe.ConfirmedAt);
        Assert.NotNull(joe.Credential);
        Assert.False(await app.StoreAsync(async db => await db.Mails.AnyAsync(Cancellation) || await db.Codes.AnyAsync(Cancellation)));
        Assert.Equal((302, "/"), (await surfer.GetAsync("/setup")).Ends);
        using var late = new Surfer(app);
        Assert.Equal(200, (await late.GetAsync("/")).Status);
        Assert.Equal(409, (await late.PostAsync("/setup", Form("eve"))).Status);

        // Nobody who logs requests has learned it.
        Assert.Single(shelf.Lines, line => line.Contains(code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_link_it_takes_the_code_that_the_log_shows()
    {
        using var shelf = new LogShelf();
        await using var app = await StartAsync(new() { ["Evercam:PublicUrl"] = Elsewhere }, shelf);
        var code = CodeIn(shelf);
        using var surfer = new Surfer(app);
        var page = await surfer.GetAsync("/setup");
        Assert.Equal("", page.FieldOf("code"));
        foreach (var wrong in new[] { "", "aaaa-bbbb-cccc-dddd", code[..^1], $"{code}a", "ä" })
        {
            var refused = await surfer.PostAsync("/setup", page.Fill([.. Typed("joe"), ("code", wrong)]));
            Assert.Equal((400, "This is not the code that the server's log shows."), (refused.Status, refused.ProblemAt("code")));
            Assert.Equal("joe", refused.FieldOf("username"));
        }

        Assert.False(await app.StoreAsync(db => db.Users.AnyAsync(Cancellation)));
        var typed = code.Replace("-", " ", StringComparison.Ordinal).ToUpperInvariant();
        Assert.Equal((302, "/"), (await surfer.PostAsync("/setup", page.Fill([.. Typed("joe"), ("code", typed)]))).Ends);

        // It is dead now, also if there is nobody again.
        using var eve = new Surfer(app);
        Assert.Equal(409, (await eve.PostAsync("/setup", [.. Form("eve"), ("code", code)])).Status);
        await app.StoreAsync(db => db.Users.ExecuteDeleteAsync(Cancellation));
        Assert.Equal(409, (await eve.PostAsync("/setup", [.. Form("eve"), ("code", code)])).Status);
    }

    [Fact]
    public async Task A_browser_that_keeps_no_cookies_is_told_so_and_makes_none()
    {
        using var shelf = new LogShelf();
        await using var app = await StartAsync([], shelf);
        using var surfer = new Surfer(app);
        (string, string)[] form = [.. Form("joe"), ("code", CodeIn(shelf)), ("shown", "1")];
        var refused = await surfer.PostAsync("/setup", form);
        Assert.Equal((400, "joe"), (refused.Status, refused.FieldOf("username")));
        Assert.Contains("Your browser keeps no cookies from this site.", refused.Text, StringComparison.Ordinal);
        Assert.False(await app.StoreAsync(db => db.Users.AnyAsync(Cancellation)));

        // The page has left one, and it was kept.
        Assert.Equal((302, "/"), (await surfer.PostAsync("/setup", form)).Ends);
    }

    [Fact]
    public async Task Who_guesses_at_the_code_must_wait()
    {
        using var shelf = new LogShelf();
        await using var app = await StartAsync(
            new() { ["Evercam:PublicUrl"] = Elsewhere, ["Evercam:Http:GuessesPerAccount"] = "3", ["Evercam:Http:GuessWindow"] = "01:00:00" }, shelf);
        using var surfer = new Surfer(app);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(400, (await surfer.PostAsync("/setup", [.. Form("eve"), ("code", $"{i}")])).Status);
        }

        var shut = await surfer.PostAsync("/setup", [.. Form("eve"), ("code", CodeIn(shelf))]);
        Assert.Equal(429, shut.Status);
        Assert.NotEqual("", shut.Header("Retry-After"));
        Assert.False(await app.StoreAsync(db => db.Users.AnyAsync(Cancellation)));
    }

    [Theory]
    [InlineData("Accept", "text/html")]
    [InlineData("Host", "localhost:8080")]
    [InlineData("Host", "[::1]:8080")]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    public async Task Nobody_is_spared_the_code_whatever_the_request_looks_like(string header, string value)
    {
        using var shelf = new LogShelf();
        await using var app = await StartAsync([], shelf);
        using var surfer = new Surfer(app);
        Assert.Equal("", (await surfer.GetAsync("/setup", (header, value))).FieldOf("code"));
        var refused = await surfer.PostAsync("/setup", Form("eve"));
        Assert.Equal((400, "This is not the code that the server's log shows."), (refused.Status, refused.ProblemAt("code")));
        Assert.False(await app.StoreAsync(db => db.Users.AnyAsync(Cancellation)));
    }

    [Fact]
    public async Task Nor_is_whoever_comes_through_nginx_which_looks_like_a_browser_on_this_machine()
    {
        using var shelf = new LogShelf();
        await using var app = await StartAsync([], shelf);
        using var folder = new TempFolder();
        var port = FreePort.Find();
        var site = $$"""
            server {
              listen 127.0.0.1:{{port}};
              location / {
                proxy_http_version 1.1;
                proxy_pass {{app.Address.GetLeftPart(UriPartial.Authority)}};
              }
            }
            """;
        using var nginx = await NginxServer.StartAsync(folder, port, site, Cancellation);
        using var surfer = new Surfer(new Uri($"http://127.0.0.1:{port}"));
        Assert.Equal("", (await surfer.GetAsync("/setup")).FieldOf("code"));
        Assert.Equal(400, (await surfer.PostAsync("/setup", Form("eve"))).Status);
        Assert.False(await app.StoreAsync(db => db.Users.AnyAsync(Cancellation)));
        Assert.Equal((302, "/"), (await surfer.PostAsync("/setup", [.. Form("joe"), ("code", CodeIn(shelf))])).Ends);
    }

    [Fact]
    public async Task Where_it_was_not_offered_or_somebody_has_an_account_nobody_is_led_there()
    {
        using var shelf = new LogShelf();
        await using var app = await EvercamApp.StartAsync(adjust: builder => builder.Services.AddSingleton<ILoggerProvider>(shelf));
        using var surfer = new Surfer(app);
        Assert.Equal(200, (await surfer.GetAsync("/")).Status);
        Assert.Equal((302, "/"), (await surfer.GetAsync("/setup")).Ends);
        await app.AddUserAsync("joe");
        await OfferAsync(app);
        Assert.Equal(200, (await surfer.GetAsync("/")).Status);
        Assert.Equal(409, (await surfer.PostAsync("/setup", Form("eve"))).Status);
        Assert.DoesNotContain(shelf.Lines, line => line.Contains("Nobody has an account", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("open", 201, 302)]
    [InlineData("invited", 403, 200)]
    [InlineData("closed", 403, 200)]
    public async Task Only_where_not_everyone_may_sign_up_does_it_wait_for_whoever_has_the_code(string policy, int signedUp, int page)
    {
        await using var app = await StartAsync(new() { ["Evercam:SignUp"] = policy });
        using var surfer = new Surfer(app);
        Assert.Equal(200, (await surfer.GetAsync("/setup")).Status);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["forename"] = "Eve",
            ["lastname"] = "Sharp",
            ["email"] = "eve@example.org",
            ["username"] = "eve",
            ["password"] = "s3cret s3cret",
            ["country"] = "ie",
        });
        using var answer = await app.Client.PostAsync(new Uri("users", UriKind.Relative), form, Cancellation);
        Assert.Equal((signedUp, page), ((int)answer.StatusCode, (await surfer.GetAsync("/setup")).Status));
    }

    /// <summary>A server as the program leaves it that finds nobody with an account and has no demonstration.</summary>
    internal static async Task<EvercamApp> StartAsync(Dictionary<string, string?> settings, LogShelf? shelf = null)
    {
        var app = await EvercamApp.StartAsync(settings, adjust: builder =>
        {
            if (shelf is not null)
            {
                builder.Services.AddSingleton<ILoggerProvider>(shelf);
            }
        });
        await OfferAsync(app);
        return app;
    }

    internal static (string Name, string Value)[] Form(string name) => [.. Typed(name).Select(field => (field.Name, field.Value!))];

    private static (string Name, string? Value)[] Typed(string name) =>
    [
        ("forename", "Joe"), ("lastname", "Bloggs"), ("username", name), ("country", "ie"), ("email", "joe@example.org"), ("password", "s3cret"),
    ];

    private static Task OfferAsync(EvercamApp app) =>
        app.StoreAsync(db => app.Services.GetRequiredService<FirstAccount>().OfferAsync(db, Cancellation));

    /// <summary>The code, which the link in the log has too.</summary>
    internal static string CodeIn(LogShelf shelf)
    {
        var told = Code().Match(Assert.Single(
            shelf.Lines, line => line.StartsWith("Information: Nobody has an account yet. The first one is made at ", StringComparison.Ordinal)));
        Assert.Equal(told.Groups["link"].Value, told.Groups["code"].Value);
        return told.Groups["code"].Value;
    }

    [GeneratedRegex(@"/setup\?code=(?<link>[a-z2-9-]+)\. By another address of this server it takes the code (?<code>[a-z2-9]{4}(-[a-z2-9]{4}){3})$")]
    private static partial Regex Code();
}
