using System.Net.Sockets;
using Evercam.Storage.Catalog;
using Evercam.Storage.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SQLitePCL;

namespace Evercam.Storage;

/// <summary>What a failure of either database means.</summary>
public static class DatabaseFailures
{
    /// <summary>Whether the database cannot be reached, is too busy, has no room, or is damaged: trying again later may help, and
    /// nobody who asks made a mistake. True also of an exception that was caused by such a failure.</summary>
    public static bool IsDatabaseUnavailable(this Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SqliteException sqlite:
                    return sqlite.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_NOMEM
                        or raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_FULL or raw.SQLITE_CANTOPEN
                        or raw.SQLITE_PROTOCOL or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;
                case PostgresException postgres:
                    return IsOutage(postgres.SqlState);
                case NpgsqlException { InnerException: IOException or SocketException or TimeoutException }:
                    return true;

                // Out of Npgsql they also come bare, such as when the server's name is not found.
                case SocketException or TimeoutException:
                    return true;
                case NpgsqlException npgsql:
                    return npgsql.IsTransient;
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>Whether the server did not answer, or nobody could reach it. The log says that once, for all that fails because of it:
    /// who finds out need not say it again.</summary>
    public static bool IsDatabaseAway(this Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case PostgresException postgres:
                    return postgres.SqlState.StartsWith("57P", StringComparison.Ordinal)
                        || postgres.SqlState.StartsWith("08", StringComparison.Ordinal);
                case NpgsqlException { InnerException: IOException or SocketException or TimeoutException }:
                    return !cause.IsPoolExhausted();

                // The server's name is not found.
                case SocketException:
                    return true;
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>Whether somebody waited in vain for an answer. The server may be away, or only this question slow.</summary>
    public static bool IsDatabaseLate(this Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is NpgsqlException { InnerException: TimeoutException } npgsql)
            {
                return npgsql is not DatabaseAwayException && !npgsql.IsPoolExhausted();
            }
        }

        return false;
    }

    /// <summary>The same outage for another process, which reads of an exception its kind, its words and its cause: what the drivers say by
    /// members of their own stays behind.</summary>
    /// <returns><see langword="null"/> if the failure is none.</returns>
    public static Exception? ToPortable(this Exception exception) =>
        !exception.IsDatabaseUnavailable() ? null
        : exception.IsDatabaseLate() ? new NpgsqlException(exception.Message, new TimeoutException(exception.Message))
        : exception.IsDatabaseAway() ? new NpgsqlException(exception.Message, new IOException(exception.Message))
        : new TimeoutException(exception.Message);

    /// <summary>Whether all connections are in use that this process makes: that says nothing of the server. Npgsql tells it by its words
    /// alone.</summary>
    internal static bool IsPoolExhausted(this Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is NpgsqlException && cause.Message.StartsWith("The connection pool has been exhausted", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a row was refused because another one has what must be unique, and which rule that was.</summary>
    public static bool IsUniqueViolation(this Exception exception, out UniqueRule rule)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SqliteException { SqliteExtendedErrorCode: raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY } sqlite:
                    rule = UniqueRules.OfColumns(sqlite.Message);
                    return true;
                case PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } postgres:
                    rule = UniqueRules.OfIndex(postgres.ConstraintName);
                    return true;
                default:
                    break;
            }
        }

        rule = UniqueRule.Other;
        return false;
    }

    /// <summary>Whether somebody else got ahead: a row was changed or ended since it was read, what must be unique was taken, two waited
    /// for each other and this one was let go, or a row was not free that nobody waits for (<see cref="LockOrder"/>). Who looks again, at once, finds out what is so now.</summary>
    public static bool IsLostRace(this Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is DbUpdateConcurrencyException
                or PostgresException
                {
                    SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
                    or PostgresErrorCodes.LockNotAvailable
                })
            {
                return true;
            }
        }

        return exception.IsUniqueViolation(out _);
    }

    /// <summary>Connection (08), authorisation (28, 42501), a database that is not there (3D000), resources (53), operator, crash, and a
    /// statement that took too long (57), the server's disk (58, XX001, XX002), conflicts that a repetition resolves (40, 55P03), and a
    /// server that became a standby (25006).</summary>
    private static bool IsOutage(string sqlState) =>
        sqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ReadOnlySqlTransaction
            or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted
        || sqlState.StartsWith("28", StringComparison.Ordinal)
        || sqlState.StartsWith("58", StringComparison.Ordinal)
        || sqlState.StartsWith("08", StringComparison.Ordinal)
        || sqlState.StartsWith("40", StringComparison.Ordinal)
        || sqlState.StartsWith("53", StringComparison.Ordinal)
        || sqlState.StartsWith("57", StringComparison.Ordinal);
}
