using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Notices;

/// <summary>A notice with the names that things have when it is told.</summary>
/// <param name="Key">Its number.</param>
/// <param name="Kind">What happened.</param>
/// <param name="HappenedAt">When, Unix seconds.</param>
/// <param name="CameraKey">The camera; <see langword="null"/> if it is about all that its owner has.</param>
/// <param name="CameraId">The camera's id.</param>
/// <param name="CameraName">The camera's name.</param>
/// <param name="OwnerKey">Whom it is for, if it is about no single camera.</param>
/// <param name="Reason">Why recording stopped.</param>
/// <param name="ShareeKey">Whom a share is about.</param>
/// <param name="ShareeEmail">Their email; <see langword="null"/> if they are gone.</param>
/// <param name="Rights">What a share gives.</param>
internal sealed record ToldNotice(
    long Key,
    NoticeKind Kind,
    long HappenedAt,
    long? CameraKey,
    string? CameraId,
    string? CameraName,
    long? OwnerKey,
    StopReason? Reason,
    long? ShareeKey,
    string? ShareeEmail,
    CameraRights? Rights);

internal static class ToldNotices
{
    /// <summary>These notices, in the order of their numbers.</summary>
    public static Task<List<ToldNotice>> ReadAsync(
        this IQueryable<CameraNotice> notices, EvercamDb db, CancellationToken cancellation) => notices
        .OrderBy(n => n.Key)
        .Select(n => new ToldNotice(
            n.Key,
            n.Kind,
            n.HappenedAt,
            n.CameraKey,
            n.Camera!.Id,
            n.Camera.Name,
            n.OwnerKey,
            n.Reason,
            n.ShareeKey,
            db.Users.Where(u => u.Id == n.ShareeKey).Select(u => u.Email).FirstOrDefault(),
            n.Rights))
        .ToListAsync(cancellation);
}
