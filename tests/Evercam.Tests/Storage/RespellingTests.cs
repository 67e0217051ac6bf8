using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Storage;

public sealed class SqliteRespellingTests(SqliteStorage storage) : RespellingTests(storage), IClassFixture<SqliteStorage>;

public sealed class PostgresRespellingTests(PostgresStorage storage) : RespellingTests(storage), IClassFixture<PostgresStorage>;

/// <summary>Emails that were compared by their letters alone, when a server starts that compares mailboxes.</summary>
public abstract class RespellingTests(TestStorage storage)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accounts_and_codes_are_found_by_their_mailbox()
    {
        var name = CatalogRows.Fresh("jörg");
        var joe = CatalogRows.User(email: $"{name}@bücher.example");
        (joe.FormerEmail, joe.NormalizedFormerEmail) = ($"{name}@Äpfel.example", $"{name}@Äpfel.example".ToUpperInvariant());
        await AddAsync(joe);
        await AddAsync(new SingleUseCode
        {
            Purpose = CodePurpose.ConfirmEmail,
            Hash = [.. BitConverter.GetBytes(joe.Id)],
            UserKey = joe.Id,
            Email = joe.NormalizedEmail!,
            ExpiresAt = 1,
        });
        await StartAsync();
        var known = await FindAsync(joe);
        Assert.Equal(joe.Email, known.Email);
        Assert.Equal(
            ($"{name}@xn--bcher-kva.example".ToUpperInvariant(), $"{name}@xn--pfel-koa.example".ToUpperInvariant()),
            (known.NormalizedEmail, known.NormalizedFormerEmail));
        await using var db = storage.OpenCatalog();
        Assert.Equal(known.NormalizedEmail, await db.Codes.Where(code => code.UserKey == joe.Id).Select(code => code.Email).SingleAsync(Cancellation));
    }

    [Fact]
    public async Task Of_accounts_with_one_mailbox_the_proven_one_has_it_and_the_other_when_that_is_gone()
    {
        var name = CatalogRows.Fresh("twin");
        var (first, proven, last) = (User($"{name}@bücher.example"), User($"{name}@xn--bcher-kva.example"), User($"{name}@BÜCHER.example."));
        proven.ConfirmedAt = CatalogRows.Now;
        await AddAsync(first);
        await AddAsync(proven);
        await AddAsync(last);
        await StartAsync();
        await StartAsync();
        var mailbox = Mailbox.Of(proven.Email!);
        Assert.Equal(
            [$"{first.Id}:{mailbox}", mailbox, $"{last.Id}:{mailbox}"],
            new[] { (await FindAsync(first)).NormalizedEmail, (await FindAsync(proven)).NormalizedEmail, (await FindAsync(last)).NormalizedEmail });

        await using (var db = storage.OpenCatalog())
        {
            await db.Users.Where(user => user.Id == proven.Id).ExecuteDeleteAsync(Cancellation);
        }

        await StartAsync();
        Assert.Equal(
            [mailbox, $"{last.Id}:{mailbox}"], new[] { (await FindAsync(first)).NormalizedEmail, (await FindAsync(last)).NormalizedEmail });
        Assert.Equal((first.Email, last.Email), ((await FindAsync(first)).Email, (await FindAsync(last)).Email));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(true, long.MaxValue)]
    public async Task A_former_email_that_counts_is_nobody_elses_however_often_the_server_starts(bool isConfirmed, long? until)
    {
        var name = CatalogRows.Fresh("twin");
        var (moved, twin) = (User($"{name}@moved.example"), User($"{name}@xn--bcher-kva.example"));
        var mailbox = Mailbox.Of($"{name}@bücher.example");
        (moved.FormerEmail, moved.NormalizedFormerEmail) = ($"{name}@bücher.example", mailbox);
        (moved.ConfirmedAt, moved.FormerEmailUntil) = (isConfirmed ? CatalogRows.Now : null, until);
        await AddAsync(moved);
        (twin.ConfirmedAt, twin.NormalizedEmail) = (CatalogRows.Now, $"0:{mailbox}");
        await AddAsync(twin);
        await StartAsync();
        await StartAsync();
        Assert.Equal($"{twin.Id}:{mailbox}", (await FindAsync(twin)).NormalizedEmail);
        Assert.Equal(mailbox, (await FindAsync(moved)).NormalizedFormerEmail);
    }

    [Fact]
    public async Task A_mailbox_is_the_former_one_of_one_account_only()
    {
        var name = CatalogRows.Fresh("twin");
        var twins = new[] { $"{name}@bücher.example", $"{name}@BÜCHER.example." }.Select(former =>
        {
            var user = CatalogRows.User();
            (user.FormerEmail, user.NormalizedFormerEmail) = (former, former.ToUpperInvariant());
            return user;
        }).ToList();
        await AddAsync(twins[0]);
        await AddAsync(twins[1]);
        await StartAsync();
        var mailbox = Mailbox.Of(twins[0].FormerEmail!);
        Assert.Equal(
            [mailbox, $"{twins[1].Id}:{mailbox}"],
            new[] { (await FindAsync(twins[0])).NormalizedFormerEmail, (await FindAsync(twins[1])).NormalizedFormerEmail });
    }

    [Fact]
    public async Task Two_invitations_of_one_person_become_one_that_promises_both()
    {
        var (owner, guest) = (CatalogRows.User(), CatalogRows.Fresh("guest"));
        await AddAsync(owner);
        var camera = CatalogRows.Camera(owner);
        await AddAsync(camera);
        var invitations = new[] { $"{guest}@bücher.example", $"{guest}@xn--bcher-kva.example" }
            .Select(email => CatalogRows.Invitation(camera, email)).ToList();
        invitations[1].Rights = CameraRights.View;
        await AddAsync(invitations[1]);
        await AddAsync(invitations[0]);
        await StartAsync();
        await using var db = storage.OpenCatalog();
        var left = await db.Invitations.SingleAsync(invitation => invitation.CameraKey == camera.Key, Cancellation);
        Assert.Equal(
            (invitations[1].Key, Mailbox.Of(left.Email), CameraRights.Snapshot | CameraRights.List | CameraRights.View),
            (left.Key, left.NormalizedEmail, left.Rights));
    }

    private static User User(string email) => CatalogRows.User(email: email);

    private async Task AddAsync(object row)
    {
        await using var db = storage.OpenCatalog();
        db.Add(row);
        await db.SaveChangesAsync(Cancellation);
    }

    private async Task<User> FindAsync(User user)
    {
        await using var db = storage.OpenCatalog();
        return await db.Users.AsNoTracking().SingleAsync(one => one.Id == user.Id, Cancellation);
    }

    private Task StartAsync() => storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);
}
