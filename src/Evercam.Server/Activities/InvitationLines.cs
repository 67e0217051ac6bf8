using System.Globalization;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Activities;

/// <summary>What a camera's log says of invitations: their number, because nobody's email is kept in it.</summary>
internal static class InvitationLines
{
    public static Activity Did(this Actor actor, ActivityKind kind, Invitation invitation, DateTimeOffset at) =>
        actor.Did(kind, invitation.CameraKey, at, kind is ActivityKind.InvitationWithdrawn or ActivityKind.InvitationExpired
            ? invitation.Key.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{invitation.Key}: {RightList.Write(invitation.Rights)}"));
}
