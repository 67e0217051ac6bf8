using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Storage;

public sealed class SqliteSessionTests(SqliteStorage storage) : SessionTests(storage), IClassFixture<SqliteStorage>;

public sealed class PostgresSessionTests(PostgresStorage storage) : SessionTests(storage), IClassFixture<PostgresStorage>;

/// <summary>Which sessions the catalog takes, and which it gives up for them.</summary>
public abstract class SessionTests(TestStorage storage)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_needs_the_password_that_was_verified()
    {
        var joe = await NewUserAsync();
        Assert.True(await AddAsync(joe.Id, "old"));
        await storage.ExecuteAsync($"UPDATE users SET password_hash = 'new' WHERE id = {joe.Id}");
        Assert.False(await AddAsync(joe.Id, "old"));
        Assert.False(await AddAsync(joe.Id, null));
        Assert.True(await AddAsync(joe.Id, "new"));
        Assert.Equal(2, (await KeysAsync(joe.Id)).Count);
    }

    [Fact]
    public async Task A_session_needs_its_user()
    {
        var joe = await NewUserAsync();
        await storage.ExecuteAsync($"DELETE FROM users WHERE id = {joe.Id}");
        Assert.False(await AddAsync(joe.Id, "old"));
        Assert.Empty(await KeysAsync(joe.Id));
    }

    [Fact]
    public async Task A_password_that_is_just_being_set_counts()
    {
        var joe = await NewUserAsync();
        await using var other = storage.OpenCatalog();
        await using var transaction = await other.Database.BeginTransactionAsync(Cancellation);
        await other.Users.Where(user => user.Id == joe.Id)
            .ExecuteUpdateAsync(user => user.SetProperty(u => u.PasswordHash, "new"), Cancellation);
        var adding = Task.Run(() => AddAsync(joe.Id, "old"), Cancellation);
        await transaction.CommitAsync(Cancellation);
        Assert.False(await adding);
    }

    [Fact]
    public async Task A_user_has_so_many_sessions_and_the_oldest_end()
    {
        var (joe, ann) = (await NewUserAsync(), await NewUserAsync());
        Assert.True(await AddAsync(ann.Id, "old"));
        for (var i = 0; i < LogIns.SessionsPerUser; i++)
        {
            Assert.True(await AddAsync(joe.Id, "old"));
        }

        var first = await KeysAsync(joe.Id);
        Assert.Equal(LogIns.SessionsPerUser, first.Count);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AddAsync(joe.Id, "old")))), Assert.True);
        var then = await KeysAsync(joe.Id);
        Assert.Equal(LogIns.SessionsPerUser, then.Count);
        Assert.Equal(first.Skip(8), then.SkipLast(8));
        Assert.Single(await KeysAsync(ann.Id));
    }

    private async Task<User> NewUserAsync()
    {
        var user = CatalogRows.User();
        user.PasswordHash = "old";
        await using var db = storage.OpenCatalog();
        db.Add(user);
        await db.SaveChangesAsync(Cancellation);
        return user;
    }

    private async Task<bool> AddAsync(long user, string? passwordHash)
    {
        await using var db = storage.OpenCatalog();
        var session = new Session
        {
            IdHash = RandomSecret.HashOf(RandomSecret.Create()),
            UserKey = user,
            CreatedAt = CatalogRows.Now,
            ExpiresAt = CatalogRows.Now + 60,
        };
        return await db.AddSessionAsync(session, passwordHash, withCode: false, Cancellation);
    }

    private async Task<List<long>> KeysAsync(long user)
    {
        await using var db = storage.OpenCatalog();
        return await db.Sessions.Where(s => s.UserKey == user).OrderBy(s => s.Key).Select(s => s.Key).ToListAsync(Cancellation);
    }
}
