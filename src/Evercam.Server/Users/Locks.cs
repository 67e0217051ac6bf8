using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>Changes the locks of an account, when somebody else may have had it: whatever opened it opens it no more, but for the
/// password, which is the caller's to change.</summary>
internal sealed class Locks(EvercamDb db, CallerCache callers, TimeProvider clock)
{
    /// <summary>Ends log-ins, tokens and what applications were allowed, codes on their way, and halves of log-ins; switches webhooks off,
    /// for they may lead to somebody else; makes other keys, and other secrets for the applications that the account registered. In the transaction that holds the user
    /// and the clients (<see cref="LockOrder"/>); then <see cref="Forget"/>.</summary>
    /// <param name="userKey">Whose.</param>
    /// <param name="withFactor">Whether the second factor is not the user's either.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The applications that have other secrets.</returns>
    public async Task<IReadOnlyList<long>> ChangeAsync(long userKey, bool withFactor, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        await db.Users.Where(user => user.Id == userKey).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.SecurityStamp, User.NewStamp()).SetProperty(user => user.ConcurrencyStamp, User.NewStamp()),
            cancellation);
        await db.Sessions.Where(session => session.UserKey == userKey).ExecuteDeleteAsync(cancellation);
        await db.Tokens.Where(token => token.UserKey == userKey && token.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.RevokedAt, now), cancellation);
        await db.Grants.Where(grant => grant.UserKey == userKey).ExecuteDeleteAsync(cancellation);
        await db.Codes.Where(code => code.UserKey == userKey && code.Purpose != CodePurpose.SignedUpByInvitation)
            .ExecuteDeleteAsync(cancellation);
        await db.Webhooks.Where(webhook => webhook.UserKey == userKey)
            .ExecuteUpdateAsync(set => set.SetProperty(webhook => webhook.IsEnabled, false), cancellation);
        if (withFactor)
        {
            await db.SecondFactors.Where(factor => factor.UserKey == userKey).ExecuteDeleteAsync(cancellation);
            await db.Users.Where(user => user.Id == userKey)
                .ExecuteUpdateAsync(set => set.SetProperty(user => user.TwoFactorEnabled, false), cancellation);
        }

        return await RenewKeysAsync(userKey, cancellation);
    }

    /// <summary>Forgets whoever was let in with what is no longer good.</summary>
    public void Forget(long userKey, IReadOnlyList<long> clients)
    {
        callers.ForgetUser(userKey);
        foreach (var client in clients)
        {
            callers.ForgetClient(client);
        }
    }

    private async Task<IReadOnlyList<long>> RenewKeysAsync(long userKey, CancellationToken cancellation)
    {
        await db.ApiCredentials.Where(pair => pair.UserKey == userKey).ExecuteDeleteAsync(cancellation);
        var keys = Accounts.NewKeys();
        keys.UserKey = userKey;
        db.Add(keys);
        var clients = await db.ApiCredentials.Where(pair => pair.Client!.CreatorKey == userKey).ToListAsync(cancellation);
        foreach (var pair in clients)
        {
            // The id stays: it is how people and programs know the application.
            pair.ApiKey = Accounts.NewKeys().ApiKey;
        }

        await db.SaveChangesAsync(cancellation);
        return [.. clients.Select(pair => pair.ClientKey!.Value)];
    }
}
