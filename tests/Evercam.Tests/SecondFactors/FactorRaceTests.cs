using Evercam.Server.Users;
using Evercam.Tests.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.SecondFactors;

public sealed class SqliteFactorRaceTests(SqliteMail mail) : FactorRaceTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresFactorRaceTests(PostgresMail mail) : FactorRaceTests(mail), IClassFixture<PostgresMail>;

/// <summary>A second factor is switched while something else happens to the account.</summary>
public abstract class FactorRaceTests(MailApp mail)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
