using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Deletes cameras so that their pictures do not outlive them: the note that the packs must go is written together with
/// the end of the row, and the archive carries it out, at the latest when it starts again.</summary>
public static class Endings
{
    /// <summary>How long a deletion may take. A log of a million lines is gone in a few seconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Deletes a camera with its log, its shares and what clients were allowed of it, in one transaction: all of it, or nothing.</summary>
    /// <returns>Whether there was one.</returns>
    public static async Task<bool> DeleteCameraAsync(this EvercamDb db, long cameraKey, CancellationToken cancellation)
    {
        db.Database.SetCommandTimeout(Longest);
        return await db.InTurnAsync(DeleteAsync, cancellation);

        async Task<bool> DeleteAsync()
        {
            await db.KeepClientsOfCameraAsync(cameraKey, cancellation);
            if (await db.Cameras.Where(c => c.Key == cameraKey).ExecuteDeleteAsync(cancellation) == 0)
            {
                return false;
            }

            await db.Database.ExecuteSqlAsync($"INSERT INTO erasures (camera_key) VALUES ({cameraKey})", cancellation);
            return true;
        }
    }

    /// <summary>Deletes a user with cameras, shares, keys and grants, and with the clients that the user registered and all that these were
    /// allowed, in one transaction: all of it, or nothing.</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="userKey">The user.</param>
    /// <param name="tell">What the logs of others' cameras say of their shares with the user.</param>
    /// <param name="cancellation">Gives up, as long as nothing is deleted.</param>
    /// <returns>What ended with the user; <see langword="null"/> if there was no such user.</returns>
    public static async Task<EndedUser?> DeleteUserAsync(
        this EvercamDb db, long userKey, Func<Share, Activity> tell, CancellationToken cancellation)
    {
        db.Database.SetCommandTimeout(Longest);
        return await db.InTurnAsync(DeleteAsync, cancellation);

        async Task<EndedUser?> DeleteAsync()
        {
            await db.HoldUserAsync(userKey, cancellation);
            await db.HoldClientsThatEndWithAsync(userKey, cancellation);
            await db.HoldCamerasOfAsync(userKey, cancellation);
            var notices = await db.TakeSharesAsync(
                db.Shares.Where(s => s.UserKey == userKey && s.Camera!.OwnerKey != userKey), tell, cancellation);
            var clients = await db.Clients.Where(c => c.CreatorKey == userKey).Select(c => c.Key).ToListAsync(cancellation);
            var cameras = await db.Cameras.Where(c => c.OwnerKey == userKey).Select(c => c.Key).ToListAsync(cancellation);
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO erasures (camera_key) SELECT key FROM cameras WHERE owner_key = {userKey} ORDER BY key", cancellation);
            // Else they would go on with nobody to manage them, and whoever has their secrets could turn them on those who allowed them something.
            await db.Clients.Where(c => c.CreatorKey == userKey).ExecuteDeleteAsync(cancellation);
            if (await db.Users.Where(u => u.Id == userKey).ExecuteDeleteAsync(cancellation) == 0)
            {
                return null;
            }

            // Last, for all others who write notices wait for it.
            await db.AnnounceAsync(notices, cancellation);
            return new(cameras, clients);
        }
    }
}

/// <summary>What ended with a user.</summary>
/// <param name="Cameras">The keys of the user's cameras.</param>
/// <param name="Clients">The keys of the clients that the user had registered.</param>
public sealed record EndedUser(IReadOnlyList<long> Cameras, IReadOnlyList<long> Clients);
