using Evercam.Server.Users;
using Evercam.Tests.Mail;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.SecondFactors;

public sealed class SqliteFactorRaceTests(SqliteMail mail) : FactorRaceTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresFactorRaceTests(PostgresMail mail) : FactorRaceTests(mail), IClassFixture<PostgresMail>
{
    /// <summary>In SQLite nothing can happen there: one writes at a time.</summary>
    [Theory]
    [InlineData("on", 200)]
    [InlineData("off", 302)]
    [InlineData("codes", 200)]
    public async Task An_account_that_is_deleted_meanwhile_ends_after_it(string action, int status)
    {
        var (app, clock) = (Mail.App, Mail.Clock);
        using var stage = action == "on" ? await FactorStage.SetAsync(app, clock) : await FactorStage.SetWithFactorAsync(app, clock);
        if (action != "on")
        {
            await stage.LogInAsync();
        }

        Task<(int, string)>? deleted = null;
        Mail.Meanwhile.WhenItSaves($"POST {Telephone.Page}", async () =>
        {
            deleted = app.AskAsync("DELETE", $"users/{stage.Joe.Name}", new Person(stage.Joe.Name, Keys: stage.Joe.Keys));
            await Eventually.IsTrueAsync(async () => deleted.IsCompleted || await IsSomebodyHeldAsync());
        });
        var done = await (action == "on" ? stage.SwitchOnAsync(stage.Telephone.Code) : stage.SendAsync(action, stage.Telephone.Next()));
        Assert.True(Mail.Meanwhile.HasHappened);
        Assert.Equal((status, (200, "{}")), (done.Status, await deleted!));
    }

    private Task<bool> IsSomebodyHeldAsync() => Mail.App.StoreAsync(db => db.Database.SqlQuery<bool>(
        $"""
        SELECT count(*) > 0 AS "Value" FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """).SingleAsync(Cancellation));
}

/// <summary>A second factor is switched while something else happens to the account.</summary>
public abstract class FactorRaceTests(MailApp mail)
{
    protected MailApp Mail => mail;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_knows_the_old_password_locks_nobody_out_who_has_a_new_one()
    {
        using var stage = await FactorStage.SetAsync(mail.App, mail.Clock);
        mail.Meanwhile.BeforeItWrites($"POST {Telephone.Page}", async () =>
        {
            await using var scope = mail.App.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Passwords>().ChangeAsync(stage.Joe.Key, "only joe's", null, Cancellation);
        });
        var refused = await stage.SwitchOnAsync(stage.Telephone.Code);
        Assert.True(mail.Meanwhile.HasHappened);
        Assert.Equal(400, refused.Status);
        Assert.Contains("This is not your password.", refused.Text, StringComparison.Ordinal);
        Assert.False(await stage.IsOnAsync());
        using var owner = new Surfer(mail.App);
        await owner.LogInAsync(stage.Joe with { Password = "only joe's" });
    }
}
