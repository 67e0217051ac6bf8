using Evercam.Server.Http;
using Evercam.Server.Users;
using Evercam.Tests.Pages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.SecondFactors;

public sealed class SqliteSwitchingTests(TimedSqliteApp shared) : SwitchingTests(shared), IClassFixture<TimedSqliteApp>;

public sealed class PostgresSwitchingTests(TimedPostgresApp shared) : SwitchingTests(shared), IClassFixture<TimedPostgresApp>;

/// <summary>Switching a second factor on and off, and what that ends.</summary>
public abstract class SwitchingTests(TimedApp shared) : IAsyncLifetime
{
    private FactorStage stage = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => stage = await FactorStage.SetAsync(shared.App, shared.Clock);

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_page_shows_a_new_key_and_keeps_none()
    {
        var page = await stage.Surfer.GetAsync(Telephone.Page);
        Assert.Equal((200, "no-store", "DENY"), (page.Status, page.Header("Cache-Control"), page.Header("X-Frame-Options")));
        Assert.Contains("<svg", page.Body, StringComparison.Ordinal);
        var key = Telephone.Scan(page.Body, shared.Clock).Key;
        Assert.Contains($"secret={key.Replace(" ", "", StringComparison.Ordinal)}&amp;issuer=Evercam%20127.0.0.1\"", page.Body, StringComparison.Ordinal);
        Assert.NotEqual(stage.Telephone.Key, key);
        Assert.False(await shared.App.StoreAsync(db => db.SecondFactors.AnyAsync(factor => factor.UserKey == stage.Joe.Key, Cancellation)));
    }

    [Fact]
    public async Task Nobody_else_sees_it()
    {
        using var stranger = new Surfer(shared.App);
        Assert.Equal((302, "/login?rt=%2Faccount%2Fsecond-factor"), (await stranger.GetAsync(Telephone.Page)).Ends);
        Assert.Equal((302, "/login"), (await stranger.PostAsync(Telephone.Page, ("action", "on"))).Ends);
        foreach (var action in new[] { "on", "off", "codes" })
        {
            Assert.Equal(403, (await stage.Surfer.PostFromAsync(
                Telephone.Page, "https://evil.example", ("action", action), ("password", stage.Joe.Password), ("code", stage.Telephone.Code))).Status);
        }

        Assert.False(await stage.IsOnAsync());
    }

    [Fact]
    public async Task One_right_code_switches_it_on()
    {
        var done = await stage.SwitchOnAsync(stage.Telephone.Code);
        Assert.Equal((200, "no-store"), (done.Status, done.Header("Cache-Control")));
        Assert.Equal(10, Telephone.RecoveryCodesOf(done).Distinct().Count());
        Assert.True(await stage.IsOnAsync());

        var page = await stage.Surfer.GetAsync(Telephone.Page);
        Assert.Contains("On since 16 April 2014.", page.Text, StringComparison.Ordinal);
        Assert.Contains("You have 10 recovery codes left.", page.Text, StringComparison.Ordinal);
        Assert.Empty(Telephone.RecoveryCodesOf(page));
    }

    [Theory]
    [InlineData("", null, "This code is not right.")]
    [InlineData("x", null, "This code is not right.")]
    [InlineData("wrong", null, "This code is not right.")]
    [InlineData(null, "wrong", "This is not your password.")]
    [InlineData(null, "", "This is not your password.")]
    public async Task With_anything_else_it_stays_off_and_the_key_the_same(string? code, string? password, string problem)
    {
        code = code == "wrong" ? stage.Telephone.WrongCode : code ?? stage.Telephone.Code;
        var refused = await stage.SwitchOnAsync(code, password);
        Assert.Equal(400, refused.Status);
        Assert.Contains(problem, refused.Text, StringComparison.Ordinal);
        Assert.Equal(stage.Telephone.Key, Telephone.Scan(refused.Body, shared.Clock).Key);
        Assert.False(await stage.IsOnAsync());
        Assert.Equal(200, (await stage.CallAsync(stage.Own)).Status);
        Assert.Equal(200, (await stage.SwitchOnAsync(stage.Telephone.Code)).Status);
    }

    [Fact]
    public async Task A_key_is_good_for_an_hour_for_the_one_who_saw_it()
    {
        using var other = await FactorStage.SetAsync(shared.App, shared.Clock);
        var stolen = await other.Surfer.PostAsync(
            Telephone.Page,
            ("action", "on"), ("factor", stage.Telephone.Sealed), ("code", stage.Telephone.Code), ("password", other.Joe.Password));
        Assert.Equal(400, stolen.Status);
        Assert.NotEqual(stage.Telephone.Key, Telephone.Scan(stolen.Body, shared.Clock).Key);

        shared.Clock.Advance(TimeSpan.FromHours(1));
        var late = await stage.SwitchOnAsync(stage.Telephone.Code);
        Assert.Contains("open for too long", late.Text, StringComparison.Ordinal);
        foreach (var odd in new[] { "", "x", new string('A', 5_000), "\u0001", stage.Telephone.Sealed[..^3] })
        {
            Assert.Equal(400, (await stage.Surfer.PostAsync(
                Telephone.Page, ("action", "on"), ("factor", odd), ("code", stage.Telephone.Code), ("password", stage.Joe.Password))).Status);
        }

        Assert.False(await stage.IsOnAsync() || await other.IsOnAsync());
    }

    [Fact]
    public async Task Of_a_form_that_is_sent_twice_one_counts()
    {
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => stage.SwitchOnAsync(stage.Telephone.Code)));
        var codes = Telephone.RecoveryCodesOf(Assert.Single(both, answer => answer.Status == 200));
        Assert.Equal(3, both.Count(answer => answer.Status == 400 && answer.Text.Contains("It was on already.", StringComparison.Ordinal)));
        Assert.Equal(10, await shared.App.StoreAsync(db => db.RecoveryCodes.CountAsync(code => code.UserKey == stage.Joe.Key, Cancellation)));
        Assert.Equal((302, Telephone.Page), (await stage.SendAsync("off", codes[0])).Ends);
    }

    [Fact]
    public async Task Other_log_ins_and_remembered_passwords_end_at_once()
    {
        using var elsewhere = new Surfer(shared.App);
        await elsewhere.LogInAsync(stage.Joe);
        Assert.Equal(200, (await elsewhere.GetAsync(stage.Own)).Status);
        Assert.Equal(200, (await stage.CallAsync(stage.Own)).Status);

        Assert.Equal(200, (await stage.SwitchOnAsync(stage.Telephone.Code)).Status);
        Assert.Equal(401, (await elsewhere.GetAsync(stage.Own)).Status);
        Assert.Equal(401, (await stage.CallAsync(stage.Own)).Status);
        Assert.Equal(200, (await stage.Surfer.GetAsync(stage.Own)).Status);
        Assert.Equal(200, (await stage.Surfer.GetAsync(Telephone.Page)).Status);
    }

    [Fact]
    public async Task The_database_holds_nothing_that_opens()
    {
        var codes = Telephone.RecoveryCodesOf(await stage.SwitchOnAsync(stage.Telephone.Code));
        var rows = await shared.App.StoreAsync(async db => string.Join(
            ' ',
            await db.Database.SqlQueryRaw<string>("SELECT secret AS \"Value\" FROM second_factors").ToListAsync(Cancellation)));
        var secret = Convert.FromBase64String(
            await shared.App.StoreAsync(db => db.SecondFactors.Where(f => f.UserKey == stage.Joe.Key).Select(f => f.Secret).SingleAsync(Cancellation)));
        Assert.Equal(stage.Telephone.Code, TimeCode.Of(secret, TimeCode.StepAt(shared.Clock.GetUtcNow())));
        Assert.DoesNotContain(Convert.ToBase64String(secret), rows, StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Telephone.Key.Replace(" ", "", StringComparison.Ordinal), rows, StringComparison.Ordinal);
        var hashes = await shared.App.StoreAsync(
            db => db.RecoveryCodes.Where(code => code.UserKey == stage.Joe.Key).Select(code => code.Hash).ToListAsync(Cancellation));
        Assert.Contains(RecoveryCodes.HashOf(secret, CodeDoor.Digits(codes[3])), hashes);
        Assert.DoesNotContain(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(CodeDoor.Digits(codes[3]))), hashes);
    }

    [Fact]
    public async Task Password_and_code_switch_it_off()
    {
        await stage.SwitchOnAsync(stage.Telephone.Code);
        Assert.Contains("not your password", (await stage.SendAsync("off", stage.Telephone.Next(), "wrong")).Text, StringComparison.Ordinal);
        Assert.Contains("This code is not right", (await stage.SendAsync("off", "")).Text, StringComparison.Ordinal);
        Assert.Contains("This code is not right", (await stage.SendAsync("off", stage.Telephone.WrongCode)).Text, StringComparison.Ordinal);
        Assert.Contains("or was used before", (await stage.SendAsync("off", stage.Telephone.CodeIn(-1))).Text, StringComparison.Ordinal);
        Assert.True(await stage.IsOnAsync());

        Assert.Equal((302, Telephone.Page), (await stage.SendAsync("off", stage.Telephone.Code)).Ends);
        Assert.False(await stage.IsOnAsync());
        Assert.Equal(200, (await stage.CallAsync(stage.Own)).Status);
        Assert.False(await shared.App.StoreAsync(db => db.RecoveryCodes.AnyAsync(code => code.UserKey == stage.Joe.Key, Cancellation)));
        using var elsewhere = new Surfer(shared.App);
        await elsewhere.LogInAsync(stage.Joe);

        Assert.Contains("It is off.", (await stage.SendAsync("off", stage.Telephone.Next())).Text, StringComparison.Ordinal);
        Assert.Contains("It is off.", (await stage.SendAsync("codes", stage.Telephone.Code)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_recovery_codes_end_the_old_ones()
    {
        var old = Telephone.RecoveryCodesOf(await stage.SwitchOnAsync(stage.Telephone.Code));
        var done = await stage.SendAsync("codes", stage.Telephone.Next());
        var fresh = Telephone.RecoveryCodesOf(done);
        Assert.Equal((200, 10), (done.Status, fresh.Except(old).Count()));
        Assert.Equal(400, (await stage.SendAsync("off", old[0])).Status);
        Assert.Equal((302, Telephone.Page), (await stage.SendAsync("nonsense", fresh[0])).Ends);
        Assert.Contains("You have 9 recovery codes left.", (await stage.Surfer.GetAsync(Telephone.Page)).Text, StringComparison.Ordinal);
        Assert.Equal((302, Telephone.Page), (await stage.SendAsync("off", fresh[1])).Ends);
    }

    [Fact]
    public async Task A_new_password_leaves_it_on()
    {
        await stage.SwitchOnAsync(stage.Telephone.Code);
        await using (var scope = shared.App.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Passwords>().ChangeAsync(stage.Joe.Key, "a new password", null, Cancellation);
        }

        Assert.Equal(401, (await stage.CallAsync(stage.Own, "a new password")).Status);
        Assert.Equal((302, "/login/code"), (await stage.GivePasswordAsync(password: "a new password")).Ends);
        Assert.Equal((302, "/"), (await stage.GiveCodeAsync(stage.Telephone.Next())).Ends);
    }

    [Fact]
    public async Task What_asks_for_the_password_asks_for_a_code_too()
    {
        Assert.Null((await stage.Surfer.GetAsync("/account/keys")).FieldOf("code"));
        await stage.SwitchOnAsync(stage.Telephone.Code);
        await AsksAsync("/account");
        await AsksAsync("/account/keys");
        await AsksAsync("/account/password", ("password", "another password"));
        await AsksAsync("/account/delete", ("agreed", stage.Joe.Name));
        Assert.Equal(401, (await stage.Surfer.GetAsync(stage.Own)).Status);

        async Task AsksAsync(string path, params (string Name, string? Value)[] typed)
        {
            var password = path == "/account/delete" ? "another password" : stage.Joe.Password;
            typed = [.. typed, ("current", password), .. path == "/account" ? new (string, string?)[] { ("email", $"new.{stage.Joe.Email}") } : []];
            var page = await stage.Surfer.GetAsync(path);
            foreach (var code in new[] { null, stage.Telephone.WrongCode })
            {
                var refused = await stage.Surfer.PostAsync(path, page.Fill([.. typed, ("code", code)]));
                Assert.Equal((400, "This code is not right, or was used before. Wait for the next one."), (refused.Status, refused.ProblemAt("code")));
            }

            Assert.Equal("This is not your password.", (await stage.Surfer.PostAsync(
                path, page.Fill([.. typed, ("current", "wrong"), ("code", stage.Telephone.Next())]))).ProblemAt("current"));
            Assert.Equal(302, (await stage.Surfer.PostAsync(path, page.Fill([.. typed, ("code", stage.Telephone.Code)]))).Status);
        }
    }

    [Fact]
    public async Task Without_another_email_or_name_the_profile_asks_for_nothing()
    {
        await stage.SwitchOnAsync(stage.Telephone.Code);
        var page = await stage.Surfer.GetAsync("/account");
        Assert.Equal((302, "/account"), (await stage.Surfer.PostAsync("/account", page.Fill(("forename", "Joseph")))).Ends);
    }

    [Fact]
    public async Task An_email_that_is_known_to_be_the_users_hears_of_it()
    {
        await stage.SwitchOnAsync(stage.Telephone.Code);
        Assert.Empty(await stage.MailsAsync());
        await stage.SendAsync("off", stage.Telephone.Next());
        await stage.ConfirmAsync();
        await stage.SwitchOnAsync(stage.Telephone.Next());
        await stage.MailsAsync();
        await stage.SendAsync("codes", stage.Telephone.Next());
        await stage.MailsAsync();
        await stage.SendAsync("off", stage.Telephone.Next());
        await stage.MailsAsync();
        await stage.Surfer.PostAsync("/account/keys", ("current", stage.Joe.Password));
        await stage.MailsAsync();
        await stage.Surfer.PostAsync("/account/password", ("current", stage.Joe.Password), ("password", "new"));
        Assert.Equal(
            [
                "Your second factor was switched on",
                "Your recovery codes were made anew",
                "Your second factor was switched off",
                "Your API key was renewed",
                "Your password was changed",
            ],
            await stage.MailsAsync());
    }

    [Fact]
    public async Task It_goes_with_its_user()
    {
        await stage.SwitchOnAsync(stage.Telephone.Code);
        using var request = new HttpRequestMessage(HttpMethod.Delete, stage.Own);
        Assert.Equal(200, (await stage.Surfer.SendAsync(request)).Status);
        Assert.False(await shared.App.StoreAsync(db => db.SecondFactors.AnyAsync(factor => factor.UserKey == stage.Joe.Key, Cancellation)));
        Assert.False(await shared.App.StoreAsync(db => db.RecoveryCodes.AnyAsync(code => code.UserKey == stage.Joe.Key, Cancellation)));
    }

    [Fact]
    public async Task Guessing_at_a_browser_that_was_left_alone_ends()
    {
        await stage.SwitchOnAsync(stage.Telephone.Code);
        for (var guess = 0; guess < 10; guess++)
        {
            Assert.Equal(400, (await stage.SendAsync("off", $"{guess:D12}")).Status);
        }

        var shut = await stage.SendAsync("off", stage.Telephone.Next());
        Assert.Equal(429, shut.Status);
        Assert.Contains("too many wrong tries", shut.Text, StringComparison.Ordinal);
        for (var guess = 0; guess < 10; guess++)
        {
            Assert.Equal(400, (await stage.SendAsync("off", "", $"guess {guess}")).Status);
        }

        Assert.Equal((429, true), ((await stage.SendAsync("off", "", "another")).Status, await stage.IsOnAsync()));
    }
}
