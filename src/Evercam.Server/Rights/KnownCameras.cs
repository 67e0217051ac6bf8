using System.Linq.Expressions;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>What the database can say of whether a caller knows of a camera, so that lists do not load what nobody is shown.</summary>
internal static class KnownCameras
{
    /// <summary>Lets through all cameras that the caller may know of, and some others: <see cref="RightsRule"/> has the last
    /// word.</summary>
    public static Expression<Func<Camera, bool>> Perhaps(Caller caller)
    {
        var people = PeopleOf(caller);
        return camera => camera.IsPublic
            || people.Contains(camera.OwnerKey)
            || camera.Shares.Any(share => people.Contains(share.UserKey));
    }

    /// <summary>Whose rights to cameras count for a caller: the user's own, or those of users who allowed a client some of
    /// theirs.</summary>
    public static IReadOnlyList<long> PeopleOf(Caller caller) =>
    [
        .. caller.Scopes.Where(scope => scope.Resource is GrantedResource.Camera or GrantedResource.Cameras)
            .Select(scope => scope.UserKey).Concat(caller.UserKey is { } user ? [user] : []).Distinct(),
    ];
}
