using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>A caller's rights to a camera.</summary>
/// <param name="Given">By being the owner, by a share or by a scope.</param>
/// <param name="All">These and the public ones.</param>
internal readonly record struct HeldRights(CameraRights Given, CameraRights All);

/// <summary>Who may do what (contract 3.2, 3.4, 3.5). Pure: everything it depends on is handed in.</summary>
internal static class RightsRule
{
    /// <summary>What everyone may with a public camera.</summary>
    public const CameraRights Public = CameraRights.Snapshot | CameraRights.List;

    private const CameraRights Read = CameraRights.List | CameraRights.View;

    /// <summary>Rights to a camera.</summary>
    public static HeldRights OfCamera(Caller caller, CameraFacts camera)
    {
        var given = caller.UserKey is { } user ? OfPerson(user, camera) : CameraRights.None;
        foreach (var scope in caller.Scopes)
        {
            given |= OfScope(scope, camera);
        }

        return new(given, camera.IsPublic ? given | Public : given);
    }

    /// <summary>Rights to a camera's stored snapshots, which rights to the camera do not bring.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="camera">Whose snapshots.</param>
    /// <param name="isPublic">Whether the snapshot in question is marked as public. Nothing marks one, so that nobody looks at the mark
    /// before the rights: <see langword="false"/> for all requests.</param>
    public static CameraRights OfSnapshots(Caller caller, CameraFacts camera, bool isPublic = false)
    {
        var held = isPublic && !caller.IsAnonymous ? Read : CameraRights.None;
        if (caller.UserKey is { } user)
        {
            held |= user == camera.OwnerKey ? CameraRights.All
                : camera.Shares.GetValueOrDefault(user).HasFlag(CameraRights.View) ? Read
                : CameraRights.None;
        }

        foreach (var scope in caller.Scopes)
        {
            if (scope.Resource == GrantedResource.Snapshots && scope.UserKey == camera.OwnerKey)
            {
                held |= scope.Rights;
            }
        }

        return held;
    }

    /// <summary>Rights to a user's account.</summary>
    public static CameraRights OfAccount(Caller caller, long userKey) => OfUser(caller, userKey, GrantedResource.User);

    /// <summary>Rights to all cameras of a user together, those to come included.</summary>
    public static CameraRights OfCameras(Caller caller, long userKey) => OfUser(caller, userKey, GrantedResource.Cameras);

    /// <summary>A user may everything; clients what that user allowed them.</summary>
    private static CameraRights OfUser(Caller caller, long userKey, GrantedResource resource)
    {
        var held = caller.UserKey == userKey ? CameraRights.All : CameraRights.None;
        foreach (var scope in caller.Scopes)
        {
            if (scope.Resource == resource && scope.UserKey == userKey)
            {
                held |= scope.Rights;
            }
        }

        return held;
    }

    /// <summary>Whether a caller may see, change and delete a client application: its creator, and the client by its own keys. An
    /// access token does not do: it lies in the browser of whoever granted it, and a client's secret is none of theirs.</summary>
    public static bool MayManage(Caller caller, Client client) => caller.UserKey is { } user
        ? user == client.CreatorKey
        : caller.Scheme == CallerScheme.Keys && caller.ClientKey == client.Key;

    /// <summary>Whether a caller may register client applications: a user, and a client by its own keys. With an access token, whoever granted
    /// it would register in the name of whoever made its client.</summary>
    public static bool MayRegister(Caller caller) => caller.UserKey is not null || caller.Scheme == CallerScheme.Keys;

    private static CameraRights OfPerson(long user, CameraFacts camera) =>
        user == camera.OwnerKey ? CameraRights.All : camera.Shares.GetValueOrDefault(user);

    /// <summary>A scope gives no more than its user has now: who loses a share takes it from the clients too.</summary>
    private static CameraRights OfScope(Scope scope, CameraFacts camera) => scope.Resource switch
    {
        GrantedResource.Camera when scope.CameraKey == camera.Key => scope.Rights & OfPerson(scope.UserKey, camera),
        GrantedResource.Cameras when scope.UserKey == camera.OwnerKey => scope.Rights,
        _ => CameraRights.None,
    };
}
