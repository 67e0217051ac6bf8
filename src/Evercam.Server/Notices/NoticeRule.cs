using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Notices;

/// <summary>Who may be told of what. Pure; asked at the moment of telling.</summary>
internal static class NoticeRule
{
    /// <summary>What lets a caller know of a camera that is theirs, or shared with them: that it is public is not enough, or everyone
    /// would hear of all public cameras.</summary>
    private const CameraRights Knows = CameraRights.List | CameraRights.View;

    /// <param name="caller">Who is to be told.</param>
    /// <param name="notice">What of.</param>
    /// <param name="camera">The camera; <see langword="null"/> if the notice is about none, or if it is gone.</param>
    public static bool MayHear(Caller caller, ToldNotice notice, CameraFacts? camera)
    {
        if (notice.OwnerKey is { } owner)
        {
            return (RightsRule.OfCameras(caller, owner) & Knows) != 0;
        }

        return camera is not null
            && camera.Key == notice.CameraKey
            && (notice.Kind is NoticeKind.ShareCreated or NoticeKind.ShareEnded
                ? MayHearOfShare(caller, notice, camera)
                : IsTheirs(caller, camera));
    }

    /// <summary>With whom a camera is shared is for those who may list its shares, and for that person: of the end of a share, too, if it
    /// let them know of the camera.</summary>
    private static bool MayHearOfShare(Caller caller, ToldNotice notice, CameraFacts camera) =>
        caller.UserKey is { } user && user == notice.ShareeKey
            ? IsTheirs(caller, camera) || (notice.Kind == NoticeKind.ShareEnded && (notice.Rights & Knows) is not (null or CameraRights.None))
            : RightsRule.OfCamera(caller, camera).Given.HasFlag(CameraRights.View);

    /// <summary>Whether a camera is a caller's own, or shared with them so that they may know of it.</summary>
    public static bool IsTheirs(Caller caller, CameraFacts camera) => (RightsRule.OfCamera(caller, camera).Given & Knows) != 0;
}
