using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Logs users in so that no session outlives the password it was begun with, and so that nobody fills the database by
/// logging in again and again.</summary>
public static class LogIns
{
    /// <summary>How many sessions a user may have; the oldest end beyond that.</summary>
    public const int SessionsPerUser = 50;

    /// <summary>Adds a session, in one transaction with what it depends on.</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="session">The session.</param>
    /// <param name="passwordHash">The user's password as it was verified.</param>
    /// <param name="withCode">Whether a code of the second factor was verified too.</param>
    /// <param name="cancellation">Gives up, as long as there is no session.</param>
    /// <returns>Whether it was added: not if the account has ended or has another password since, or if it needs a code.</returns>
    public static async Task<bool> AddSessionAsync(
        this EvercamDb db, Session session, string? passwordHash, bool withCode, CancellationToken cancellation)
    {
        var user = session.UserKey;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (db.Database.IsNpgsql())
        {
            // SQLite has one writer at a time. Here, a new password, the end of the account and this user's other log-ins wait.
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM users WHERE id = {user} FOR NO KEY UPDATE", cancellation);
        }

        if (!await db.Users.AnyAsync(
            u => u.Id == user && u.PasswordHash == passwordHash && (withCode || !u.TwoFactorEnabled), cancellation))
        {
            return false;
        }

        db.Add(session);
        await db.SaveChangesAsync(cancellation);
        await db.Sessions.Where(s => s.UserKey == user).OrderByDescending(s => s.Key).Skip(SessionsPerUser)
            .ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }
}
