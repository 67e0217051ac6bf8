using System.Data.Common;
using Evercam.Server.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Users;

/// <summary>Accounts that the administrator makes: whose the email is, is known.</summary>
public sealed class AddedAccountTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Such_an_account_is_made_with_all_that_its_email_was_invited_to_or_not_at_all()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" });
        var joe = await app.AddUserAsync("joe");
        await app.AddCameraAsync("front-door", joe);
        Assert.Equal(201, (await app.AskAsync(
            "POST", $"cameras/front-door/share?{joe.Keys}", null, ("email", "ann@example.org"), ("rights", "list"))).Status);

        await app.StoreAsync(db => db.Database.ExecuteSqlAsync(
            $"CREATE TRIGGER nobody_confirms BEFORE UPDATE OF confirmed_at ON users BEGIN SELECT RAISE(ABORT, 'not now'); END", Cancellation));
        await Assert.ThrowsAnyAsync<DbException>(() => AddAsync(app));
        Assert.Equal(["joe"], await app.StoreAsync(db => db.Users.Select(user => user.UserName).ToListAsync(Cancellation)));

        await app.StoreAsync(db => db.Database.ExecuteSqlAsync($"DROP TRIGGER nobody_confirms", Cancellation));
        await AddAsync(app);
        var (ann, shares, invitations) = await app.StoreAsync(async db => (
            await db.Users.AsNoTracking().SingleAsync(user => user.UserName == "ann", Cancellation),
            await db.Shares.CountAsync(share => share.User!.UserName == "ann", Cancellation),
            await db.Invitations.CountAsync(Cancellation)));
        Assert.Equal((true, 1, 0), (ann.ConfirmedAt is not null, shares, invitations));
    }

    [Fact]
    public async Task Such_an_account_can_be_sent_back_whole_though_it_has_no_country()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" });
        await AddAsync(app);
        var ann = new Person("ann", People.Basic("ann", "s3cret"));
        var whole = (await app.AskAsync("GET", "users/ann", ann)).One();
        Assert.Equal("", (string?)whole["country"]);
        whole["forename"] = "Anna";
        var (status, body) = await app.AskAsync("PATCH", "users/ann", ann, whole.DeepClone());
        Assert.True(status == 200, body);
        Assert.Equal(("Anna", ""), ((string?)(status, body).One()["forename"], (string?)(status, body).One()["country"]));
    }

    private static async Task AddAsync(EvercamApp app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Accounts>().AddAsync("ann", "ann@example.org", "s3cret", Cancellation);
    }
}
