using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Removes what has ended by itself, for the room that it takes. In PostgreSQL, rows that somebody holds are left for the next time:
/// who takes many, in whatever order, must wait for none of them (<see cref="LockOrder"/>).</summary>
public static class Remains
{
    /// <summary>Removes log-ins that ended at a Unix second, or before.</summary>
    public static Task RemoveSessionsAsync(this EvercamDb db, long until, CancellationToken cancellation) => db.RemoveAsync(
        "DELETE FROM sessions WHERE key IN (SELECT key FROM sessions WHERE expires_at <= {0} FOR UPDATE SKIP LOCKED)",
        db.Sessions.Where(session => session.ExpiresAt <= until),
        until,
        cancellation);

    /// <summary>Removes codes that were good until a Unix second, or not so long.</summary>
    public static Task RemoveCodesAsync(this EvercamDb db, long until, CancellationToken cancellation) => db.RemoveAsync(
        "DELETE FROM codes WHERE key IN (SELECT key FROM codes WHERE expires_at <= {0} FOR UPDATE SKIP LOCKED)",
        db.Codes.Where(code => code.ExpiresAt <= until),
        until,
        cancellation);

    /// <summary>Removes tokens that were good until a Unix second, or not so long.</summary>
    public static Task RemoveTokensAsync(this EvercamDb db, long until, CancellationToken cancellation) => db.RemoveAsync(
        "DELETE FROM tokens WHERE key IN (SELECT key FROM tokens WHERE expires_at <= {0} FOR UPDATE SKIP LOCKED)",
        db.Tokens.Where(token => token.ExpiresAt <= until),
        until,
        cancellation);

    private static Task<int> RemoveAsync<T>(
        this EvercamDb db, string whatIsFree, IQueryable<T> all, long until, CancellationToken cancellation) => db.Database.IsNpgsql()
            ? db.Database.ExecuteSqlRawAsync(whatIsFree, [until], cancellation)
            : all.ExecuteDeleteAsync(cancellation);
}
