using Evercam.Storage.Catalog;

namespace Evercam.Server.Notices;

/// <summary>How kinds of notices, and reasons, are called on the wire.</summary>
internal static class NoticeNames
{
    private static readonly Dictionary<NoticeKind, string> Kinds = new()
    {
        [NoticeKind.CameraOffline] = "camera.offline",
        [NoticeKind.CameraOnline] = "camera.online",
        [NoticeKind.RecordingStopped] = "recording.stopped",
        [NoticeKind.RecordingResumed] = "recording.resumed",
        [NoticeKind.ShareCreated] = "share.created",
        [NoticeKind.ShareEnded] = "share.ended",
        [NoticeKind.SpaceLow] = "space.low",
        [NoticeKind.SpaceRecovered] = "space.recovered",
    };

    /// <summary>All kinds, in the order in which people are shown them.</summary>
    public static IReadOnlyList<NoticeKind> All { get; } = [.. Kinds.Keys];

    /// <summary>The names of all kinds.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Kinds.Values];

    /// <summary>The names of all reasons.</summary>
    public static IReadOnlyList<string> Reasons { get; } = [.. Enum.GetValues<StopReason>().Select(Of)];

    public static string Of(NoticeKind kind) => Kinds[kind];

    public static string Of(StopReason reason) => reason switch
    {
        StopReason.Offline => "offline",
        StopReason.Unauthorized => "unauthorized",
        StopReason.DiskFull => "disk_full",
        StopReason.NoRoom => "no_room",
        StopReason.ServerDown => "server_down",
        _ => "off",
    };

    /// <summary>The kinds that a list names, in any case, each once; <see langword="null"/> if one of them is none.</summary>
    public static IReadOnlyList<NoticeKind>? Read(IEnumerable<string> names)
    {
        var wanted = names.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = Kinds.Where(kind => wanted.Contains(kind.Value)).Select(kind => kind.Key).ToList();
        return found.Count == wanted.Count ? found : null;
    }

    /// <summary>The parts of a list with commas.</summary>
    public static string[] Split(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
