using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Lets those who give tokens out and those who take them back go one after the other, account by account: else a token could
/// be written after all the others were ended, and live on.</summary>
public static class Entrusting
{
    /// <summary>Keeps an account and an application as they are until the transaction ends: whoever takes something back waits. Before
    /// anything is looked up that the token rests on.</summary>
    public static async Task HoldForTokensAsync(this EvercamDb db, long userKey, long clientKey, CancellationToken cancellation)
    {
        if (db.Database.IsNpgsql())
        {
            // SQLite has one writer at a time. For the order, see LockOrder.
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM users WHERE id = {userKey} FOR SHARE", cancellation);
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM clients WHERE key = {clientKey} FOR KEY SHARE", cancellation);
        }
    }

    /// <summary>The same for whoever gives out a token for what the user agrees to just now: two windows of one user agree one after the other,
    /// so that neither's consent overwrites the other's.</summary>
    public static async Task HoldForConsentAsync(this EvercamDb db, long userKey, long clientKey, CancellationToken cancellation)
    {
        await db.HoldUserForChangeAsync(userKey, cancellation);
        await db.HoldForTokensAsync(userKey, clientKey, cancellation);
    }

    /// <summary>Waits for the tokens of an account that are just being given out, and lets no more be given out until the transaction
    /// ends. What only refers to the account need not wait.</summary>
    public static async Task HoldForWithdrawalAsync(this EvercamDb db, long userKey, long clientKey, CancellationToken cancellation)
    {
        await db.HoldUserForChangeAsync(userKey, cancellation);
        if (db.Database.IsNpgsql())
        {
            // Not the end of the application, which takes the same rows.
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM clients WHERE key = {clientKey} FOR KEY SHARE", cancellation);
        }
    }
}
