using Evercam.Server.Activities;
using Evercam.Server.Rights;

namespace Evercam.Server.Series;

/// <summary>Who orders time-lapses: a user, in person or behind a client's token, or a client by itself.</summary>
/// <param name="UserKey">The user.</param>
/// <param name="ClientKey">The client.</param>
internal readonly record struct Orderer(long? UserKey, long? ClientKey)
{
    public static Orderer Of(Actor actor) => new(actor.UserKey, actor.ClientKey);
}

/// <summary>Which time-lapses of a camera somebody sees and may delete: those that this one ordered; the camera's owner all of them, for
/// they show what the camera saw.</summary>
/// <param name="CameraKey">The camera.</param>
/// <param name="Only">Whose; <see langword="null"/> for everybody's.</param>
internal readonly record struct TimelapseView(long CameraKey, Orderer? Only)
{
    public static TimelapseView Of(CameraAccess access, Actor actor) =>
        new(access.Camera.Key, access.IsOwner ? null : Orderer.Of(actor));

    public bool Shows(Timelapse timelapse) => timelapse.CameraKey == CameraKey && (Only is null || Only == timelapse.By);
}
