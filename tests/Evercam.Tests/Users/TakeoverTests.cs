using System.Text.RegularExpressions;
using Evercam.Server.Users;
using Evercam.Tests.Mail;
using Evercam.Tests.Pages;
using Evercam.Tests.SecondFactors;
using Evercam.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Users;

public sealed class SqliteTakeoverTests(SqliteMail mail) : TakeoverTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresTakeoverTests(PostgresMail mail) : TakeoverTests(mail), IClassFixture<PostgresMail>;

/// <summary>Joe has confirmed no email, or has, and somebody may change his account, by a token or with his keys: with all steps of that
/// together they come to no password of his, nor past his second factor.</summary>
public abstract class TakeoverTests(MailApp mail) : StolenTokenTests(mail)
{
    private readonly MailApp mail = mail;

    [Theory]
    [InlineData("token", false, false)]
    [InlineData("token", true, false)]
    [InlineData("token", true, true)]
    [InlineData("keys", true, false)]
    [InlineData("session", true, true)]
    public async Task An_email_that_was_given_without_the_password_never_leads_to_a_new_one(string by, bool hasFactor, bool isConfirmed)
    {
        var telephone = hasFactor ? await SwitchOnAsync() : null;
        await ChangeAsync(by, Thief);
        var told = await mail.MailToAsync(Joe.Email);
        while (told.Message.Subject != "Your email address was changed")
        {
            told = await mail.MailToAsync(Joe.Email);
        }

        Assert.Contains("/reset/email?", told.Text, StringComparison.Ordinal);
        Assert.False(isConfirmed ? !await mail.ConfirmAsync(await mail.MailToAsync(Thief)) : (await UserAsync()).IsProven);
        foreach (var later in new[] { TimeSpan.Zero, TimeSpan.FromDays(30) })
        {
            mail.Clock.Advance(later);
            await LinkGoesToJoeAsync(Joe.Name);
            await LinkGoesToJoeAsync(Joe.Email);
        }

        // What the thief does next moves nothing either.
        await ChangeAsync("keys", $"second.{Thief}");
        await LinkGoesToJoeAsync(Joe.Name);
        Assert.Equal((1, 1), (await mail.CountAsync(Thief) - (isConfirmed ? 1 : 0), await mail.CountAsync($"second.{Thief}")));
        using var owner = new Surfer(App);
        var entered = await owner.PostAsync("/login", ("username", Joe.Name), ("password", Joe.Password));
        Assert.Equal((302, hasFactor ? "/login/code" : "/"), entered.Ends);
        if (telephone is not null)
        {
            Assert.Equal((302, "/"), (await owner.PostAsync("/login/code", ("code", telephone.Next()))).Ends);
        }
    }

    [Fact]
    public async Task The_readers_of_the_first_email_take_the_change_back()
    {
        await ChangeAsync("token", Thief);
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(Thief)));
        var link = Regex.Match((await mail.MailToAsync(Joe.Email)).Text, @"/reset/email\?u=\S+&c=[0-9a-f]{40}").Value;
        using var owner = new Surfer(App);
        Assert.Equal(200, (await owner.PostAsync("/reset/email", (await owner.GetAsync(link)).Fill())).Status);
        var user = await UserAsync();
        Assert.Equal((Joe.Email, null, true), (user.Email, user.FormerEmail, user.ConfirmedAt is not null));
        Assert.Equal(401, (await owner.GetAsync(Own, ("Authorization", $"Bearer {Token}"))).Status);
        await owner.LogInAsync(Joe);
    }

    [Fact]
    public async Task With_the_password_a_mistyped_email_of_the_sign_up_is_forgotten_and_told_so()
    {
        await ChangeAsync("password", $"new.{Joe.Email}");
        var told = await mail.MailToAsync(Joe.Email);
        Assert.Equal("Your email address was changed", told.Message.Subject);
        Assert.DoesNotContain("/reset/", told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("The address before this one", told.Text, StringComparison.Ordinal);
        Assert.Null((await UserAsync()).FormerEmail);
        Assert.True(await mail.ResetAsync(await mail.LinkForNewPasswordAsync($"new.{Joe.Email}"), "a new secret"));
        Assert.Equal($"new.{Joe.Email}", (await UserAsync()).Email);
    }

    [Fact]
    public async Task With_the_password_neither_the_thief_keeps_what_the_thief_confirmed()
    {
        await ChangeAsync("token", Thief);
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(Thief)));
        await ChangeAsync("password", $"new.{Joe.Email}");
        var told = await mail.MailToAsync(Thief);
        Assert.Equal("Your email address was changed", told.Message.Subject);
        Assert.DoesNotContain("/reset/", told.Text, StringComparison.Ordinal);
        Assert.True(await mail.ResetAsync(await mail.LinkForNewPasswordAsync(Joe.Name, $"new.{Joe.Email}"), "a new secret"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_user_lets_it_take_its_place_with_the_password(bool wasConfirmed)
    {
        if (wasConfirmed)
        {
            await ConfirmAsync();
        }

        var wanted = $"new.{Joe.Email}";
        await ChangeAsync("token", wanted);
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(wanted)));
        mail.Clock.Advance(TimeSpan.FromDays(8));
        await LinkGoesToJoeAsync(Joe.Name);
        await Stage.Surfer.LogInAsync(Joe);
        Assert.Contains("was given without your password", (await Stage.Surfer.GetAsync("/account")).Text, StringComparison.Ordinal);

        // Whatever else is saved with the password leaves it as it is, and the box alone is not enough.
        Assert.Equal((302, "/account"), (await SaveAsync(("forename", "Jo"), ("current", Joe.Password))).Ends);
        var refused = await SaveAsync(("settles", "true"), ("current", "wrong"));
        Assert.Equal((400, "This is not your password."), (refused.Status, refused.ProblemAt("current")));
        Assert.True((await UserAsync()).IsEmailUnsettled);

        Assert.Equal((302, "/account"), (await SaveAsync(("settles", "true"), ("current", Joe.Password))).Ends);
        Assert.DoesNotContain("was given without your password", (await Stage.Surfer.GetAsync("/account")).Text, StringComparison.Ordinal);
        if (wasConfirmed)
        {
            await LinkGoesToJoeAsync(Joe.Name);
            mail.Clock.Advance(TimeSpan.FromDays(8));
        }

        Assert.True(await mail.ResetAsync(await mail.LinkForNewPasswordAsync(Joe.Name, wanted), "a new secret"));
        Assert.Equal(wanted, (await UserAsync()).Email);
    }

    [Fact]
    public async Task To_get_an_email_back_that_nobody_ever_confirmed_does_not_confirm_it()
    {
        var ann = new Person(CatalogRows.Fresh("ann."));
        await ChangeAsync("token", ann.Email);
        await App.SignUpAsync(ann.Name);
        var user = await UserAsync();
        Assert.Equal((Joe.Email, null, false), (user.Email, user.ConfirmedAt, user.IsProven));
        await LinkGoesToJoeAsync(Joe.Name);
    }

    [Fact]
    public async Task Whoever_says_so_of_another_email_says_nothing_of_the_one_that_there_is()
    {
        await ChangeAsync("token", Thief);
        await SettleAsync($"new.{Joe.Email}");
        Assert.Equal((Joe.Email, true), await SettledAsync());
        await SettleAsync(Thief);
        Assert.Equal((null, false), await SettledAsync());

        async Task<(string?, bool)> SettledAsync() => await UserAsync() is var user ? (user.FormerEmail, user.IsEmailUnsettled) : default;

        async Task SettleAsync(string email)
        {
            await using var scope = App.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Confirmations>().SettleAsync(Joe.Key, email, Cancellation);
        }
    }

    [Fact]
    public async Task Whoever_never_said_that_an_email_is_theirs_is_told_of_little_and_seldom()
    {
        for (var change = 0; change < 8; change++)
        {
            await ChangeAsync("token", $"{change}.{Thief}");
        }

        var told = await mail.CountAsync(Joe.Email);
        Assert.InRange(told, 1, 5);
        await Stage.Surfer.LogInAsync(Joe);
        Assert.Equal(
            (302, "/account/password"),
            (await Stage.Surfer.PostAsync("/account/password", ("current", Joe.Password), ("password", "another"))).Ends);
        Assert.Equal(told, await mail.CountAsync(Joe.Email));
    }

    private async Task<Sight> SaveAsync(params (string, string?)[] typed) =>
        await Stage.Surfer.PostAsync("/account", (await Stage.Surfer.GetAsync("/account")).Fill(typed));

    private async Task LinkGoesToJoeAsync(string login) =>
        Assert.Equal(Joe.Name, (await mail.LinkForNewPasswordAsync(login, Joe.Email)).Groups["u"].Value);

    private async Task<Telephone> SwitchOnAsync()
    {
        var telephone = Telephone.Scan((await Stage.Surfer.GetAsync(Telephone.Page)).Body, mail.Clock);
        Assert.Equal(200, (await Stage.Surfer.PostAsync(
            Telephone.Page, ("action", "on"), ("factor", telephone.Sealed), ("code", telephone.Code), ("password", Joe.Password))).Status);
        return telephone;
    }

    private async Task ChangeAsync(string by, string email)
    {
        using var program = new Surfer(App);
        using var request = new HttpRequestMessage(HttpMethod.Patch, by == "keys" ? $"{Own}?{Joe.Keys}" : Own)
        {
            Content = new FormUrlEncodedContent([new("email", email)]),
        };
        if (by is "token" or "password")
        {
            request.Headers.Add("Authorization", by == "token" ? $"Bearer {Token}" : $"{TestUser.BasicOf(Joe.Name, Joe.Password)}");
        }

        var answer = await (by == "session" ? Stage.Surfer : program).SendAsync(request);
        Assert.Contains($"\"email\":\"{email}\"", answer.Body, StringComparison.Ordinal);
    }
}
