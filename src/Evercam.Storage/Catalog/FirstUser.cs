using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Adds the user who is there before all others.</summary>
public static class FirstUser
{
    /// <summary>Adds a user, with what else the context is about to save, if there is none at all. Of two at once, one is added.</summary>
    /// <returns>Whether it was added.</returns>
    public static async Task<bool> AddFirstUserAsync(this EvercamDb db, User user, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (db.Database.IsNpgsql())
        {
            // Whoever adds another waits until it is decided. SQLite has one writer at a time.
            await db.Database.ExecuteSqlAsync($"LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE", cancellation);
        }

        if (await db.Users.AnyAsync(cancellation))
        {
            return false;
        }

        db.Add(user);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }
}
