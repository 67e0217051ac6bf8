using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary><c>{"rights":{…}}</c>: what a user has given to others, and what others have given to the user (contract 4.1.3).</summary>
internal sealed record RightsResponse(UserRights Rights)
{
    /// <summary>Shares first, then what clients are allowed; each oldest first.</summary>
    public static async Task<RightsResponse> ReadAsync(EvercamDb db, long user, CancellationToken cancellation)
    {
        var shared = await db.Shares.AsNoTracking().Where(share => share.SharerKey == user).OrderBy(share => share.Key)
            .Select(share => GivenRights.Of(share.Rights, share.Camera!.Id, share.User!.UserName)).ToListAsync(cancellation);
        var allowed = await db.Grants.AsNoTracking().Where(grant => grant.UserKey == user).OrderBy(grant => grant.Key)
            .Select(grant => GivenRights.Of(
                grant.Rights, grant.Camera!.Id, grant.Resource, grant.Client!.Credential!.ApiId)).ToListAsync(cancellation);
        var received = await db.Shares.AsNoTracking().Where(share => share.UserKey == user).OrderBy(share => share.Key)
            .Select(share => GivenRights.Of(share.Rights, share.Camera!.Id, share.Sharer!.UserName)).ToListAsync(cancellation);
        return new(new UserRights([.. shared, .. allowed], received));
    }
}

/// <summary>Both directions.</summary>
internal sealed record UserRights(IReadOnlyList<GivenRights> Granted, IReadOnlyList<GivenRights> Received);

/// <summary>Rights as they were given; what a public camera gives to everyone is not among them.</summary>
/// <param name="CameraId">To which camera; else <paramref name="Scope"/> is set.</param>
/// <param name="Scope">To all of a user's <c>cameras</c> or <c>snapshots</c>, or to the account, <c>user</c>.</param>
/// <param name="User">The other party, if it is a user; else <paramref name="Client"/> is set.</param>
/// <param name="Client">The other party, if it is a client: its API id.</param>
/// <param name="Rights">In the contract's order.</param>
internal sealed record GivenRights(string? CameraId, string? Scope, string? User, string? Client, string Rights)
{
    public static GivenRights Of(CameraRights rights, string camera, string? user) =>
        new(camera, Scope: null, user, Client: null, RightList.Write(rights));

    public static GivenRights Of(CameraRights rights, string? camera, GrantedResource resource, string client)
    {
        var scope = camera is null ? resource.ToString().ToLowerInvariant() : null;
        return new(camera, scope, User: null, client, RightList.Write(rights));
    }
}
