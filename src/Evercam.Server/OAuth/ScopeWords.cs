using Evercam.Storage.Catalog;

namespace Evercam.Server.OAuth;

/// <summary>What an application asks for, in words for the person who is asked.</summary>
internal static class ScopeWords
{
    /// <summary>Such as “See the live picture of the 'front-door' camera”.</summary>
    public static string Of(AskedScope scope)
    {
        var passesOn = (scope.Right & CameraRights.Base) == 0;
        var right = passesOn ? (CameraRights)((int)scope.Right >> 8) : scope.Right;
        var deed = scope.Resource switch
        {
            GrantedResource.Camera => $"{OfCamera(right)} the '{scope.CameraId}' camera",
            GrantedResource.Cameras => $"{OfCamera(right)} all of your existing cameras, and those you add later",
            GrantedResource.Snapshots => $"{OfSnapshots(right)} the stored pictures of all of your cameras",
            _ => $"{OfAccount(right)} your account",
        };
        return passesOn ? $"Allow others to: {char.ToLowerInvariant(deed[0])}{deed[1..]}" : deed;
    }

    private static string OfCamera(CameraRights right) => right switch
    {
        CameraRights.Snapshot => "See the live picture of",
        CameraRights.View => "See all details, the camera's own password among them, of",
        CameraRights.Edit => "Change the settings of",
        CameraRights.Delete => "Delete",
        _ => "Know of",
    };

    private static string OfSnapshots(CameraRights right) => right switch
    {
        CameraRights.View => "See",
        CameraRights.Edit => "Change",
        CameraRights.Delete => "Delete",
        _ => "Know the times of",
    };

    private static string OfAccount(CameraRights right) => right switch
    {
        CameraRights.View => "See your name, email and country in",
        CameraRights.Edit => "Change your name, email and country in",
        CameraRights.Delete => "Delete",
        _ => "Know of",
    };
}
