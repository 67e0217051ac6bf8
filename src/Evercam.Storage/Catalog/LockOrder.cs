using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Holds rows until the transaction ends, in PostgreSQL; SQLite has one writer at a time.</summary>
/// <remarks>
/// Whoever holds several takes them in this order, or two would wait for each other, and one be sent away:
/// <list type="number">
/// <item>users, by their ids;</item>
/// <item>clients, by their keys;</item>
/// <item>cameras, by their keys;</item>
/// <item>what belongs to these: shares, invitations, grants, tokens. Whoever holds what they belong to has them for itself, as far as it
/// goes: the end of an account holds the clients and the cameras that it takes rows from, the end of a camera the clients;</item>
/// <item>the line of those who write notices (<see cref="Announcing"/>), and then nothing but new rows.</item>
/// </list>
/// What turns out to be wanted only when something later in the order is held is taken if it is free, and not waited for (<c>NOWAIT</c>):
/// else the transaction begins anew (<see cref="Turns"/>) and takes it in its place.
/// <para>A row that is held whole (<c>FOR UPDATE</c>) may be deleted, and be given another name or email: whatever is about to refer to it
/// waits. One that is kept (<c>FOR KEY SHARE</c>) does not end, and keeps its name. In between, one that is held for a change
/// (<c>FOR NO KEY UPDATE</c>) is changed by nobody else, but may be referred to.</para>
/// </remarks>
public static class LockOrder
{
    /// <summary>Holds an account whole.</summary>
    public static Task HoldUserAsync(this EvercamDb db, long userKey, CancellationToken cancellation) =>
        db.HoldUsersAsync([userKey], [], cancellation);

    /// <summary>Holds an account for a change of what nobody is found by.</summary>
    public static Task HoldUserForChangeAsync(this EvercamDb db, long userKey, CancellationToken cancellation) =>
        db.HoldAsync("SELECT 1 FROM users WHERE id = ANY ({0}) FOR NO KEY UPDATE", [userKey], cancellation);

    /// <summary>Holds accounts whole, and keeps others.</summary>
    public static Task HoldUsersAsync(
        this EvercamDb db, IEnumerable<long> whole, IEnumerable<long> kept, CancellationToken cancellation) => db.HoldInOrderAsync(
        "SELECT 1 FROM users WHERE id = ANY ({0}) ORDER BY id FOR UPDATE",
        whole,
        "SELECT 1 FROM users WHERE id = ANY ({0}) ORDER BY id FOR KEY SHARE",
        kept,
        cancellation);

    /// <summary>Holds an account whole, or fails if somebody else has it: for who holds what comes later.</summary>
    public static Task HoldUserAtOnceAsync(this EvercamDb db, long userKey, CancellationToken cancellation) =>
        db.HoldAsync("SELECT 1 FROM users WHERE id = ANY ({0}) FOR UPDATE NOWAIT", [userKey], cancellation);

    /// <summary>Keeps accounts, or fails if somebody else has one: for who holds what comes later.</summary>
    internal static Task KeepUsersAtOnceAsync(this EvercamDb db, long[] users, CancellationToken cancellation) =>
        db.HoldAsync("SELECT 1 FROM users WHERE id = ANY ({0}) ORDER BY id FOR KEY SHARE NOWAIT", users, cancellation);

    /// <summary>Keeps the clients that a user has allowed anything, or that were allowed anything of the user's cameras, and holds for a change
    /// those that the user registered. The user is held: no more come.</summary>
    public static async Task HoldClientsOfAsync(this EvercamDb db, long userKey, CancellationToken cancellation)
    {
        if (!db.Database.IsNpgsql())
        {
            return;
        }

        // Those who change a client and those who keep it do not wait for each other: of all that hold several, none waits.
        await db.Database.ExecuteSqlAsync(
            $"SELECT 1 FROM clients WHERE creator_key = {userKey} ORDER BY key FOR NO KEY UPDATE", cancellation);
        await db.KeepClientsAsync(db.ClientsAllowedBy(userKey), cancellation);
    }

    /// <summary>Keeps the same clients, and holds those whole that the user registered.</summary>
    internal static async Task HoldClientsThatEndWithAsync(this EvercamDb db, long userKey, CancellationToken cancellation)
    {
        if (!db.Database.IsNpgsql())
        {
            return;
        }

        await db.HoldInOrderAsync(
            "SELECT 1 FROM clients WHERE key = ANY ({0}) ORDER BY key FOR UPDATE",
            await db.Clients.Where(client => client.CreatorKey == userKey).Select(client => client.Key).ToListAsync(cancellation),
            "SELECT 1 FROM clients WHERE key = ANY ({0}) ORDER BY key FOR KEY SHARE",
            await db.ClientsAllowedBy(userKey).ToListAsync(cancellation),
            cancellation);
    }

    private static IQueryable<long> ClientsAllowedBy(this EvercamDb db, long userKey) =>
        db.Grants.Where(grant => grant.UserKey == userKey).Select(grant => grant.ClientKey)
            .Union(db.Grants.Where(grant => grant.Camera!.OwnerKey == userKey).Select(grant => grant.ClientKey))
            .Union(db.Tokens.Where(token => token.UserKey == userKey).Select(token => token.ClientKey));

    /// <summary>Keeps the clients that were allowed anything of a camera.</summary>
    internal static Task KeepClientsOfCameraAsync(this EvercamDb db, long cameraKey, CancellationToken cancellation) => db.KeepClientsAsync(
        db.Grants.Where(grant => grant.CameraKey == cameraKey).Select(grant => grant.ClientKey).Distinct(), cancellation);

    /// <summary>Holds a user's cameras whole, and keeps those of others that the user has a share in, or has allowed clients something of.
    /// The user is held: no more come.</summary>
    internal static async Task HoldCamerasOfAsync(this EvercamDb db, long userKey, CancellationToken cancellation)
    {
        if (!db.Database.IsNpgsql())
        {
            return;
        }

        var own = await db.Cameras.Where(camera => camera.OwnerKey == userKey).Select(camera => camera.Key).ToListAsync(cancellation);
        var others = await db.Shares.Where(share => share.UserKey == userKey).Select(share => share.CameraKey)
            .Union(db.Grants.Where(grant => grant.UserKey == userKey && grant.CameraKey != null).Select(grant => grant.CameraKey!.Value))
            .ToListAsync(cancellation);
        await db.HoldInOrderAsync(
            "SELECT 1 FROM cameras WHERE key = ANY ({0}) ORDER BY key FOR UPDATE",
            own,
            "SELECT 1 FROM cameras WHERE key = ANY ({0}) ORDER BY key FOR KEY SHARE",
            others,
            cancellation);
    }

    /// <summary>Keeps a camera, and what it is, such as whether it is public.</summary>
    internal static Task KeepCameraAsItIsAsync(this EvercamDb db, long cameraKey, CancellationToken cancellation) =>
        db.HoldAsync("SELECT 1 FROM cameras WHERE key = ANY ({0}) FOR SHARE", [cameraKey], cancellation);

    private static async Task KeepClientsAsync(this EvercamDb db, IQueryable<long> keys, CancellationToken cancellation)
    {
        if (db.Database.IsNpgsql())
        {
            await db.HoldAsync(
                "SELECT 1 FROM clients WHERE key = ANY ({0}) ORDER BY key FOR KEY SHARE",
                [.. await keys.ToListAsync(cancellation)],
                cancellation);
        }
    }

    /// <summary>Takes rows in the order of their keys, some in one way and some in the other: as many at a time as follow each other.</summary>
    private static async Task HoldInOrderAsync(
        this EvercamDb db,
        string holdWhole,
        IEnumerable<long> whole,
        string keep,
        IEnumerable<long> kept,
        CancellationToken cancellation)
    {
        var held = whole.ToHashSet();
        var run = new List<long>();
        foreach (var key in held.Union(kept).Order())
        {
            if (run.Count > 0 && held.Contains(run[0]) != held.Contains(key))
            {
                await TakeAsync();
            }

            run.Add(key);
        }

        if (run.Count > 0)
        {
            await TakeAsync();
        }

        async Task TakeAsync()
        {
            await db.HoldAsync(held.Contains(run[0]) ? holdWhole : keep, [.. run], cancellation);
            run.Clear();
        }
    }

    private static Task HoldAsync(this EvercamDb db, string statement, long[] keys, CancellationToken cancellation) =>
        db.Database.IsNpgsql() && keys.Length > 0
            ? db.Database.ExecuteSqlRawAsync(statement, [keys], cancellation)
            : Task.CompletedTask;
}
