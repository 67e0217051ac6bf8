using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.OAuth;

/// <summary>Which applications may do something for a user, as the user's page shows them.</summary>
internal sealed class AccessList(EvercamDb db, TimeProvider clock)
{
    /// <summary>By name.</summary>
    public IReadOnlyList<ApplicationAccess> Applications { get; private set; } = [];

    /// <summary>Looks for what a user agreed to, and for tokens that are good without that.</summary>
    public async Task LoadAsync(long userKey, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var grants = await db.Grants.AsNoTracking().Include(grant => grant.Camera).Where(grant => grant.UserKey == userKey)
            .OrderBy(grant => grant.Key).ToListAsync(cancellation);
        var tokens = await db.Tokens
            .Where(token => token.UserKey == userKey && token.RevokedAt == null && token.UsedAt == null && token.ExpiresAt > now
                && token.Kind == TokenKind.Access)
            .Select(token => new { token.ClientKey, token.Rights }).Distinct().ToListAsync(cancellation);
        var held = tokens.SelectMany(token => Scope.Read(userKey, token.Rights).Select(scope => (token.ClientKey, Scope: scope)))
            .GroupBy(one => (one.ClientKey, one.Scope.Resource, one.Scope.CameraKey))
            .Select(group => (group.Key.ClientKey, group.Key.Resource, group.Key.CameraKey, Rights: group.Aggregate(CameraRights.None, (rights, one) => rights | one.Scope.Rights)))
            .ToList();
        var cameraKeys = held.Select(one => one.CameraKey).OfType<long>().Distinct().ToList();
        var cameras = await db.Cameras.Where(camera => cameraKeys.Contains(camera.Key))
            .ToDictionaryAsync(camera => camera.Key, camera => camera.Id, cancellation);
        var keys = grants.Select(grant => grant.ClientKey).Union(tokens.Select(token => token.ClientKey)).ToList();
        var clients = await db.Clients.AsNoTracking().Include(client => client.Credential).Where(client => keys.Contains(client.Key))
            .OrderBy(client => client.NormalizedName).ToListAsync(cancellation);
        Applications = [.. clients.Select(client => new ApplicationAccess(
            client.Credential!.ApiId,
            client.Name,
            [.. grants.Where(grant => grant.ClientKey == client.Key).SelectMany(grant => InWords(grant.Resource, grant.Rights, grant.Camera?.Id))],
            [
                .. held.Where(one => one.ClientKey == client.Key && (one.CameraKey is not { } key || cameras.ContainsKey(key)))
                    .SelectMany(one => InWords(one.Resource, one.Rights, one.CameraKey is { } key ? cameras[key] : null)),
            ]))];
    }

    private static IEnumerable<string> InWords(GrantedResource resource, CameraRights rights, string? cameraId) =>
        from name in RightList.Write(rights).Split(',')
        let right = RightList.ReadOne(name)
        where right is not null
        select ScopeWords.Of(new AskedScope(resource, right.Value, cameraId));
}

/// <summary>What an application may do for a user.</summary>
/// <param name="ApiId">Which application.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Deeds">What the user agreed to, in words; empty if it only has tokens that have not ended yet.</param>
/// <param name="Held">What its tokens are good for, in words.</param>
internal sealed record ApplicationAccess(string ApiId, string Name, IReadOnlyList<string> Deeds, IReadOnlyList<string> Held)
{
    /// <summary>What its tokens are good for although the user agrees to it no more: they keep what they were given (contract 2.7).</summary>
    public IReadOnlyList<string> Beyond => [.. Held.Except(Deeds)];
}
