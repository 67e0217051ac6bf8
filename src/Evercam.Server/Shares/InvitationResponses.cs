using System.Globalization;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Shares;

/// <summary><c>{"share_requests":[…]}</c>.</summary>
internal sealed record InvitationsResponse(IReadOnlyList<InvitationResponse> ShareRequests);

/// <summary>An invitation, as clients of the time know it.</summary>
/// <param name="Id">Its number, as a text.</param>
/// <param name="CameraId">The camera's id.</param>
/// <param name="UserId">Who invites: a user name, other than in a share.</param>
/// <param name="Email">Who is invited.</param>
/// <param name="Rights">What the share will give.</param>
internal sealed record InvitationResponse(string Id, string CameraId, string? UserId, string Email, string Rights)
{
    public static InvitationResponse Of(Invitation invitation, string cameraId, string? sharer) => new(
        invitation.Key.ToString(CultureInfo.InvariantCulture),
        cameraId,
        sharer,
        invitation.Email,
        RightList.Write(invitation.Rights));
}

internal static class InvitationQuery
{
    /// <summary>The invitations as they are told, oldest first.</summary>
    public static async Task<InvitationsResponse> DescribeAsync(
        this IQueryable<Invitation> invitations, CancellationToken cancellation) =>
        new(await invitations.AsNoTracking().OrderBy(invitation => invitation.Key)
            .Select(invitation => InvitationResponse.Of(invitation, invitation.Camera!.Id, invitation.Sharer!.UserName))
            .ToListAsync(cancellation));
}
