using System.Data.Common;
using System.Security.Cryptography;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Storage.Disk;
using Evercam.Storage.Vendors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Evercam.Storage;

/// <summary>Makes the storage ready: folders, schema, vendor catalogue; and refuses one that would be damaged.</summary>
internal sealed partial class StorageStart(
    CatalogDatabase database,
    IArchivePlace archive,
    IOptions<StorageOptions> options,
    IOptionsMonitor<SnapshotArchiveOptions> bounds,
    TimeProvider clock,
    ILogger<StorageStart> log)
{
    /// <param name="mayChange">Whether a database of an older version is brought to this one; a new one always is.</param>
    /// <param name="mayTakeOver">Whether a new database may take over a bucket that has pictures.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(bool mayChange, bool mayTakeOver, CancellationToken cancellation)
    {
        try
        {
            PrivateFiles.MakeFolder(options.Value.DataDirectory);
            await using var alone = await database.LockAsync(cancellation);
            await database.DemandWholeAsync(cancellation);
            await using var db = database.CreateDbContext();
            var isOurs = await MigrateAsync(db, mayChange, cancellation);
            if (isOurs)
            {
                await VendorCatalogue.LoadAsync(db, VendorFiles.Included, clock, cancellation);
            }

            await database.PrepareKeysAsync(() => CheckKeysAsync(db, cancellation), cancellation);
            if (mayChange && isOurs)
            {
                await RespellAsync(db, cancellation);
            }

            await new ArchiveClaim(db, archive, mayTakeOver).RunAsync(cancellation);
            if (MinimumFreeBytesCheck.Complaint(options.Value, bounds.CurrentValue) is { } complaint)
            {
                throw new StorageUnusableException(complaint) { IsBySetting = true };
            }
        }
        catch (PacksUnavailableException away)
        {
            throw new StorageUnusableException(away.Message, away);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnusableException(
                $"The data directory {options.Value.DataDirectory} cannot be used: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is DbException or DbUpdateException)
        {
            throw StorageUnusableException.OfDatabase(failure);
        }
    }

    /// <returns>Whether the database is this program's to change.</returns>
    private async Task<bool> MigrateAsync(EvercamDb db, bool mayChange, CancellationToken cancellation)
    {
        var known = db.Database.GetMigrations().ToList();
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellation)).ToList();
        if (SchemaReach.FindBarrier(known, applied) is { } newer)
        {
            throw new StorageUnusableException(
                $"The database belongs to a newer version of this program: it has the change {newer}.");
        }

        var pending = known.Except(applied).ToList();
        if (applied.Except(known).LastOrDefault() is { } added)
        {
            if (pending.Count > 0)
            {
                throw new StorageUnusableException(
                    $"The database belongs to another version of this program: it has the change {added}, and lacks the change {pending[0]}.");
            }

            LogAdded(added);
            return false;
        }

        if (applied.Count > 0 && !mayChange)
        {
            // A server of the older version may be at work.
            return pending.Count == 0 ? false : throw new StorageUnusableException(
                "The database belongs to an older version of this program: let the server of this version start first, or use the older "
                + $"program; it lacks the change {pending[0]}.");
        }

        if (pending.Count == 0)
        {
            return true;
        }

        await DemandServedAsync(known, pending, cancellation);
        var copy = applied.Count > 0 ? await database.BackUpAsync(pending[0], cancellation) : null;
        if (copy is not null)
        {
            LogCopy(copy);
        }

        await db.Database.MigrateAsync(cancellation);
        if (copy is not null)
        {
            // Not before: of changes that broke off, only the first copy is of the older version.
            database.DropOldBackUps(copy);
        }

        LogMigrated(pending[^1]);
        return true;
    }

    /// <summary>Servers of an older version go on beside this one, and ask the database for what they know.</summary>
    private async Task DemandServedAsync(List<string> known, List<string> pending, CancellationToken cancellation)
    {
        foreach (var last in await database.ListServingAsync(cancellation))
        {
            var theirs = known.FindAll(change => string.CompareOrdinal(SchemaReach.Moment(change), last) <= 0);
            if (SchemaReach.FindBarrier(theirs, pending) is { } change)
            {
                throw new StorageUnusableException(
                    $"A server of an older version runs that could not use the database after the change {change}: end all of that version first.");
            }
        }
    }

    /// <summary>With other keys than those that the secrets were protected with, cameras and users would fail one by one, and new
    /// secrets would be mixed among the old.</summary>
    private async Task CheckKeysAsync(EvercamDb db, CancellationToken cancellation)
    {
        try
        {
            await db.ApiCredentials.AsNoTracking().OrderBy(c => c.ApiId).FirstOrDefaultAsync(cancellation);
        }
        catch (CryptographicException failure)
        {
            throw new StorageUnusableException(
                $"The keys in {options.Value.KeysDirectory} do not open the secrets in the database: put the folder back that "
                + "belongs to it.",
                failure);
        }
    }

    private async Task RespellAsync(EvercamDb db, CancellationToken cancellation)
    {
        foreach (var (kept, left) in await Respelling.RunAsync(db, clock.GetUtcNow(), cancellation))
        {
            LogSameMailbox(kept, left);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The users {Kept} and {Left} have the same mailbox: the email is {Kept}'s alone now, and "
        + "the other logs in by name")]
    private partial void LogSameMailbox(string kept, string left);

    [LoggerMessage(Level = LogLevel.Information, Message = "Before changing the database, kept a copy of it: {Copy}")]
    private partial void LogCopy(string copy);

    [LoggerMessage(Level = LogLevel.Information, Message = "A newer version has added to the database, which this one can do without: {Migration}")]
    private partial void LogAdded(string migration);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database has the schema {Migration} now")]
    private partial void LogMigrated(string migration);
}

/// <summary>The storage must not be used as it is; the message says why, in one sentence for the administrator.</summary>
/// <param name="message">The sentence.</param>
/// <param name="reason">What was found.</param>
public sealed class StorageUnusableException(string message, Exception? reason = null) : Exception(message, reason)
{
    /// <summary>Whether that is so because of a setting, and so until the setting is put right.</summary>
    public bool IsBySetting { get; init; }

    /// <summary>The database fails, or refuses what is asked of it.</summary>
    public static StorageUnusableException OfDatabase(Exception failure) => new(
        $"The database cannot be used: {(failure as DbUpdateException)?.GetBaseException().Message ?? failure.Message}", failure);
}
