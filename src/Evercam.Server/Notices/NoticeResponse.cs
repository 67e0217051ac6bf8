using Evercam.Server.Rights;

namespace Evercam.Server.Notices;

/// <summary>A notice as programs are told of it; no envelope.</summary>
/// <param name="Id">Its number: the same wherever and however often it is told.</param>
/// <param name="Event">What happened, such as <c>camera.offline</c>.</param>
/// <param name="CreatedAt">When, Unix seconds.</param>
/// <param name="CameraId">The camera; <see langword="null"/> if it is about none.</param>
/// <param name="Reason">Why recording stopped.</param>
/// <param name="Share">The share that it is about.</param>
internal sealed record NoticeResponse(
    long Id, string Event, long CreatedAt, string? CameraId, string? Reason, NoticeShare? Share)
{
    public static NoticeResponse Of(ToldNotice notice) => new(
        notice.Key,
        NoticeNames.Of(notice.Kind),
        notice.HappenedAt,
        notice.CameraId,
        notice.Reason is { } reason ? NoticeNames.Of(reason) : null,
        notice is { ShareeKey: { } user, Rights: { } rights } ? new(user, notice.ShareeEmail, RightList.Write(rights)) : null);
}

/// <summary>A share that was made or ended.</summary>
/// <param name="UserId">The number of whom it is with.</param>
/// <param name="Email">Their email; <see langword="null"/> if they are gone.</param>
/// <param name="Rights">What it gives, or gave.</param>
internal sealed record NoticeShare(long UserId, string? Email, string Rights);
