using System.Text.RegularExpressions;
using Evercam.Tests.Mail;
using Evercam.Tests.Pages;

namespace Evercam.Tests.SecondFactors;

public sealed class SqliteFactorUndoneTests(SqliteMail mail) : FactorUndoneTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresFactorUndoneTests(PostgresMail mail) : FactorUndoneTests(mail), IClassFixture<PostgresMail>;

/// <summary>Somebody knows joe's password, and locks joe out with a second factor: joe, who reads his mail, gets in again.</summary>
public abstract class FactorUndoneTests(MailApp mail) : IAsyncLifetime
{
    private FactorStage stage = null!;

    private TestUser Joe => stage.Joe;

    public async ValueTask InitializeAsync()
    {
        mail.Clock.Advance(TimeSpan.FromHours(1));
        stage = await FactorStage.SetAsync(mail.App, mail.Clock);
        await stage.ConfirmAsync();
    }

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task To_take_an_email_back_switches_a_factor_off_that_was_switched_on_since(bool again)
    {
        await ChangeAsync("thief");
        await SwitchOnAsync();
        if (again)
        {
            // So that the factor would be older than the change.
            await ReadAsync("reset/email");
            mail.Clock.Advance(TimeSpan.FromDays(1));
            await ChangeAsync("second.thief");
        }

        await TakeBackAsync();
        Assert.False(await stage.IsOnAsync());
        using var owner = new Surfer(mail.App);
        await owner.LogInAsync(Joe);
    }

    [Fact]
    public async Task So_does_a_new_password_from_there()
    {
        await ChangeAsync("thief");
        await SwitchOnAsync();
        Assert.True(await mail.ResetAsync(await mail.LinkForNewPasswordAsync(Joe.Name, Joe.Email), "a new secret"));
        Assert.False(await stage.IsOnAsync());
    }

    [Fact]
    public async Task One_that_was_on_long_before_stays()
    {
        await SwitchOnAsync();
        mail.Clock.Advance(TimeSpan.FromDays(7));
        await ChangeAsync("thief");
        await TakeBackAsync();
        Assert.True(await stage.IsOnAsync());
    }

    [Fact]
    public async Task One_that_was_switched_on_lately_ends_also_if_the_email_was_changed_after_it()
    {
        await SwitchOnAsync();
        mail.Clock.Advance(TimeSpan.FromMinutes(1));
        await ChangeAsync("thief");
        await TakeBackAsync();
        Assert.False(await stage.IsOnAsync());
        using var owner = new Surfer(mail.App);
        await owner.LogInAsync(Joe);
    }

    [Fact]
    public async Task The_mail_about_a_new_one_leads_to_a_new_password_without_it()
    {
        await SwitchOnAsync();
        var link = await ReadAsync("reset/confirm");
        await ChangeAsync("thief");
        mail.Clock.Advance(TimeSpan.FromDays(6));
        using var owner = new Surfer(mail.App);
        Assert.Equal((302, "/login"), (await owner.PostAsync("/reset/confirm", (await owner.GetAsync(link)).Fill(("password", "a new secret")))).Ends);
        Assert.False(await stage.IsOnAsync());
        await owner.LogInAsync(Joe with { Password = "a new secret" });
        Assert.Contains($"value=\"{Joe.Email}\"", (await owner.GetAsync("/account")).Body, StringComparison.Ordinal);
        Assert.Equal((401, 400), ((await stage.Surfer.GetAsync(stage.Own)).Status, (await owner.GetAsync(link)).Status));
    }

    [Fact]
    public async Task The_link_is_good_for_seven_days_and_for_that_factor()
    {
        await SwitchOnAsync();
        var first = await ReadAsync("reset/confirm");
        await stage.SendAsync("off", stage.Telephone.Next());
        stage.Telephone.Next();
        await SwitchOnAsync();
        var second = await ReadAsync("reset/confirm");
        using var owner = new Surfer(mail.App);
        Assert.Equal((400, 200), ((await owner.GetAsync(first)).Status, (await owner.GetAsync(second)).Status));
        mail.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(400, (await owner.GetAsync(second)).Status);
    }

    [Fact]
    public async Task Only_where_all_mails_go_that_let_their_reader_in_is_there_a_link()
    {
        await ChangeAsync("thief");
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(Changed("thief"))));
        await SwitchOnAsync();
        await ReadAsync("reset/confirm");
        var told = await mail.MailToAsync(Changed("thief"));
        Assert.Equal("Your second factor was switched on", told.Message.Subject);
        Assert.DoesNotContain("/reset/confirm", told.Text, StringComparison.Ordinal);
    }

    private string Changed(string name) => $"{name}.{Joe.Email}";

    private async Task SwitchOnAsync() => Assert.Equal(200, (await stage.SwitchOnAsync(stage.Telephone.Code)).Status);

    private async Task ChangeAsync(string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, stage.Own) { Content = new FormUrlEncodedContent([new("email", Changed(name))]) };
        Assert.Equal(200, (await stage.Surfer.SendAsync(request)).Status);
    }

    private async Task TakeBackAsync()
    {
        using var owner = new Surfer(mail.App);
        var link = await ReadAsync("reset/email");
        Assert.Equal(200, (await owner.PostAsync("/reset/email", (await owner.GetAsync(link)).Fill())).Status);
    }

    /// <summary>The link of the next mail to joe that leads there.</summary>
    private async Task<string> ReadAsync(string path)
    {
        Match link;
        do
        {
            link = Regex.Match((await mail.MailToAsync(Joe.Email)).Text, $@"/{path}\?u=\S+&c=[0-9a-f]{{40}}");
        }
        while (!link.Success);
        return link.Value;
    }
}
