namespace Evercam.Storage.Catalog;

/// <summary>What a camera's log says of what its recorder saw: one line for each notice, by the server itself.</summary>
internal static class NoticeLines
{
    /// <summary>The line that tells the same as a notice that a <see cref="SeenChange"/> became.</summary>
    public static Activity ToLine(this CameraNotice notice) => new()
    {
        CameraKey = notice.CameraKey!.Value,
        Kind = notice.Kind switch
        {
            NoticeKind.CameraOffline => ActivityKind.Lost,
            NoticeKind.CameraOnline => ActivityKind.FoundAgain,
            NoticeKind.RecordingStopped => ActivityKind.RecordingStopped,
            _ => ActivityKind.RecordingResumed,
        },
        DoneAt = notice.HappenedAt,
        Detail = notice.Reason switch
        {
            StopReason.Offline => "because the camera gives no picture",
            StopReason.Unauthorized => "because the camera refuses its user name and password",
            StopReason.DiskFull => "because the disk is full",
            StopReason.ServerDown => "because the server's disk or database failed",
            StopReason.NoRoom => "because the owner's cameras have no room left",
            StopReason.Off => "because it was switched off",
            _ => null,
        },
    };
}
