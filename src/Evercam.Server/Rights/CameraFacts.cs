using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>All of a camera that rights depend on, and what most answers need beside: enough to serve its pictures
/// without asking the database for the camera.</summary>
/// <param name="Key">The number in the database, which names its packs.</param>
/// <param name="Id">The contract's id.</param>
/// <param name="OwnerKey">The user who owns it.</param>
/// <param name="IsPublic">Whether everyone has the public rights.</param>
/// <param name="Timezone">IANA name.</param>
/// <param name="Shares">What it is shared with: rights by user.</param>
internal sealed record CameraFacts(
    long Key, string Id, long OwnerKey, bool IsPublic, string Timezone, IReadOnlyDictionary<long, CameraRights> Shares)
{
    /// <summary>The facts of a row whose shares are loaded.</summary>
    public static CameraFacts Of(Camera camera) => new(
        camera.Key,
        camera.Id,
        camera.OwnerKey,
        camera.IsPublic,
        camera.Timezone,
        camera.Shares.ToDictionary(share => share.UserKey, share => share.Rights));
}
