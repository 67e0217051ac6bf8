using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Deletes cameras so that their pictures do not outlive them: the note that the packs must go is written together with
/// the end of the row, and the archive carries it out, at the latest when it starts again.</summary>
public static class Endings
{
    /// <summary>The name, in PostgreSQL, of the one line that accounts wait in which are wanted whole.</summary>
    private const long WholeAccounts = 0x456E_6469_6E67;

    /// <summary>How long a deletion may take. A log of a million lines is gone in a few seconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Deletes a camera with its log, its shares and what clients were allowed of it, in one transaction: all of it, or nothing.</summary>
    /// <returns>Whether there was one.</returns>
    public static async Task<bool> DeleteCameraAsync(this EvercamDb db, long cameraKey, CancellationToken cancellation)
    {
        db.Database.SetCommandTimeout(Longest);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.Cameras.Where(c => c.Key == cameraKey).ExecuteDeleteAsync(cancellation) == 0)
        {
            return false;
        }

        await db.Database.ExecuteSqlAsync($"INSERT INTO erasures (camera_key) VALUES ({cameraKey})", cancellation);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    /// <summary>Deletes a user with cameras, shares, keys and grants, in one transaction: all of it, or nothing.</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="userKey">The user.</param>
    /// <param name="tell">What the logs of others' cameras say of their shares with the user.</param>
    /// <param name="cancellation">Gives up, as long as nothing is deleted.</param>
    /// <returns>The cameras that ended; <see langword="null"/> if there was no such user.</returns>
    public static async Task<IReadOnlyList<long>?> DeleteUserAsync(
        this EvercamDb db, long userKey, Func<Share, Activity> tell, CancellationToken cancellation)
    {
        db.Database.SetCommandTimeout(Longest);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.HoldUserAsync(userKey, cancellation);
        if (db.Database.IsNpgsql())
        {
            // The cameras are taken in the order in which others take them.
            await db.Database.ExecuteSqlAsync(
                $"SELECT 1 FROM cameras WHERE owner_key = {userKey} ORDER BY key FOR UPDATE", cancellation);
        }

        await db.EndSharesAsync(
            db.Shares.Where(s => s.UserKey == userKey && s.Camera!.OwnerKey != userKey), tell, cancellation);
        var cameras = await db.Cameras.Where(c => c.OwnerKey == userKey).Select(c => c.Key).ToListAsync(cancellation);
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO erasures (camera_key) SELECT key FROM cameras WHERE owner_key = {userKey} ORDER BY key", cancellation);
        if (await db.Users.Where(u => u.Id == userKey).ExecuteDeleteAsync(cancellation) == 0)
        {
            return null;
        }

        await transaction.CommitAsync(CancellationToken.None);
        return cameras;
    }

    /// <summary>Keeps an account to the transaction until it ends: whatever is about to refer to it waits. Before anything else of
    /// the account is touched.</summary>
    public static async Task HoldUserAsync(this EvercamDb db, long userKey, CancellationToken cancellation)
    {
        if (db.Database.IsNpgsql())
        {
            // SQLite has one writer at a time. Here, one account is held after the other, because two that share with each other would
            // wait for each other.
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({WholeAccounts})", cancellation);
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM users WHERE id = {userKey} FOR UPDATE", cancellation);
        }
    }
}
