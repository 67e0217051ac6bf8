using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Shares;

/// <summary><c>{"shares":[…]}</c>.</summary>
internal sealed record SharesResponse(IReadOnlyList<ShareResponse> Shares);

/// <summary>A share (contract 5.5).</summary>
/// <param name="Id">Its number.</param>
/// <param name="CameraId">The camera's id.</param>
/// <param name="UserId">With whom: a number that no change of the account touches.</param>
/// <param name="Email">Of that person.</param>
/// <param name="Kind"><c>public</c> or <c>private</c>.</param>
/// <param name="Rights">What that person really has through it.</param>
/// <param name="SharerId">By whom: a user name.</param>
internal sealed record ShareResponse(
    long Id, string CameraId, long UserId, string Email, string Kind, string Rights, string? SharerId)
{
    public static ShareResponse Of(Share share, string cameraId, bool isPublic, string email, string? sharer) => new(
        share.Key,
        cameraId,
        share.UserKey,
        email,
        share.Kind == ShareKind.Public ? "public" : "private",
        RightList.Write(ShareRules.Effective(share.Rights, isPublic)),
        sharer);
}

internal static class ShareQuery
{
    /// <summary>The shares as they are told, oldest first. Of cameras and people only what is told is read.</summary>
    public static async Task<SharesResponse> DescribeAsync(this IQueryable<Share> shares, CancellationToken cancellation) =>
        new(await shares.AsNoTracking().OrderBy(share => share.Key)
            .Select(share => ShareResponse.Of(
                share, share.Camera!.Id, share.Camera.IsPublic, share.User!.Email!, share.Sharer!.UserName))
            .ToListAsync(cancellation));
}
