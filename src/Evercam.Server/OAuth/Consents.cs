using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.OAuth;

/// <summary>What users have agreed to, remembered for each user and application (contract 2.2, steps 6 to 8, and 2.7).</summary>
internal sealed class Consents(EvercamDb db, TimeProvider clock)
{
    /// <summary>What a user would allow; <see langword="null"/> if that is not the user's to allow: a camera does not exist, or the
    /// user does not hold the right.</summary>
    public async Task<IReadOnlyList<Scope>?> WouldAllowAsync(
        long userKey, IReadOnlyList<AskedScope> asked, CancellationToken cancellation)
    {
        var cameras = await FindCamerasAsync(userKey, asked, cancellation);
        var user = new Caller(CallerScheme.Session) { UserKey = userKey };
        var allowed = new List<Scope>();
        foreach (var scope in asked)
        {
            var camera = scope.CameraId is { } id ? cameras.GetValueOrDefault(id) : null;
            if (scope.CameraId is not null && (camera is null || !RightsRule.OfCamera(user, camera).All.HasFlag(scope.Right)))
            {
                return null;
            }

            allowed.Add(new(userKey, scope.Resource, camera?.Key, scope.Right));
        }

        return Gather(allowed);
    }

    /// <summary>What is meant, whoever may allow it; <see langword="null"/> if a camera does not exist.</summary>
    public async Task<IReadOnlyList<Scope>?> FindAsync(long userKey, IReadOnlyList<AskedScope> asked, CancellationToken cancellation)
    {
        var cameras = await FindCamerasAsync(userKey, asked, cancellation);
        return asked.All(scope => scope.CameraId is null || cameras.ContainsKey(scope.CameraId))
            ? Gather(asked.Select(scope => new Scope(
                userKey, scope.Resource, scope.CameraId is { } id ? cameras[id].Key : null, scope.Right)))
            : null;
    }

    /// <summary>Whether the user has agreed to all of this before.</summary>
    public async Task<bool> CoverAsync(long clientKey, IReadOnlyList<Scope> scopes, CancellationToken cancellation)
    {
        var grants = await LoadAsync(clientKey, scopes[0].UserKey, cancellation);
        return scopes.All(scope => grants.Any(grant => IsAbout(grant, scope) && grant.Rights.HasFlag(scope.Rights)));
    }

    /// <summary>Remembers that the user agrees to this, beside whatever else the user has agreed to. In the transaction that holds the user
    /// for that (<see cref="Entrusting.HoldForConsentAsync"/>).</summary>
    /// <exception cref="DbUpdateException">A camera is gone.</exception>
    public async Task RememberAsync(long clientKey, IReadOnlyList<Scope> scopes, CancellationToken cancellation)
    {
        await db.HoldCamerasAsync([.. scopes.Select(scope => scope.CameraKey).OfType<long>()], cancellation);
        var grants = await LoadAsync(clientKey, scopes[0].UserKey, cancellation);
        foreach (var scope in scopes)
        {
            if (grants.Find(grant => IsAbout(grant, scope)) is { } known)
            {
                known.Rights |= scope.Rights;
            }
            else
            {
                db.Add(NewGrant(clientKey, scope));
            }
        }

        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Withdraws all that the user has agreed to for this application, in the transaction that holds the user.</summary>
    public Task WithdrawAsync(long clientKey, long userKey, CancellationToken cancellation) =>
        db.Grants.Where(grant => grant.ClientKey == clientKey && grant.UserKey == userKey).ExecuteDeleteAsync(cancellation);

    /// <summary>All rights to one thing together.</summary>
    private static IReadOnlyList<Scope> Gather(IEnumerable<Scope> scopes) =>
    [
        .. scopes.GroupBy(scope => scope with { Rights = CameraRights.None })
            .Select(group => group.Key with { Rights = group.Aggregate(CameraRights.None, (rights, scope) => rights | scope.Rights) }),
    ];

    private static bool IsAbout(Grant grant, Scope scope) =>
        grant.Resource == scope.Resource && grant.CameraKey == scope.CameraKey;

    private Grant NewGrant(long clientKey, Scope scope) => new()
    {
        ClientKey = clientKey,
        UserKey = scope.UserKey,
        Resource = scope.Resource,
        CameraKey = scope.CameraKey,
        Rights = scope.Rights,
        CreatedAt = clock.GetUtcNow().ToUnixTimeSeconds(),
    };

    private Task<List<Grant>> LoadAsync(long clientKey, long userKey, CancellationToken cancellation) =>
        db.Grants.Where(grant => grant.ClientKey == clientKey && grant.UserKey == userKey).ToListAsync(cancellation);

    private async Task<Dictionary<string, CameraFacts>> FindCamerasAsync(
        long userKey, IReadOnlyList<AskedScope> asked, CancellationToken cancellation)
    {
        var ids = asked.Select(scope => scope.CameraId).OfType<string>().Distinct().ToList();
        return await db.Cameras.AsNoTracking()
            .Include(camera => camera.Shares.Where(share => share.UserKey == userKey))
            .Where(camera => ids.Contains(camera.Id))
            .ToDictionaryAsync(camera => camera.Id, CameraFacts.Of, cancellation);
    }
}
