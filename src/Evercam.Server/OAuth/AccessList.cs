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
        var holders = await db.Tokens
            .Where(token => token.UserKey == userKey && token.RevokedAt == null && token.UsedAt == null && token.ExpiresAt > now)
            .Select(token => token.ClientKey).Distinct().ToListAsync(cancellation);
        var keys = grants.Select(grant => grant.ClientKey).Union(holders).ToList();
        var clients = await db.Clients.AsNoTracking().Include(client => client.Credential).Where(client => keys.Contains(client.Key))
            .OrderBy(client => client.NormalizedName).ToListAsync(cancellation);
        Applications = [.. clients.Select(client => ApplicationAccess.Of(client, grants.Where(grant => grant.ClientKey == client.Key)))];
    }
}

/// <summary>What an application may do for a user.</summary>
/// <param name="ApiId">Which application.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Deeds">What the user agreed to, in words; empty if it only has tokens that have not ended yet.</param>
internal sealed record ApplicationAccess(string ApiId, string Name, IReadOnlyList<string> Deeds)
{
    public static ApplicationAccess Of(Client client, IEnumerable<Grant> grants) =>
        new(client.Credential!.ApiId, client.Name, [.. grants.SelectMany(InWords)]);

    private static IEnumerable<string> InWords(Grant grant) =>
        from name in RightList.Write(grant.Rights).Split(',')
        let right = RightList.ReadOne(name)
        where right is not null
        select ScopeWords.Of(new AskedScope(grant.Resource, right.Value, grant.Camera?.Id));
}
