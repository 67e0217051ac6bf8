using Evercam.Storage.Catalog;

namespace Evercam.Server.Activities;

/// <summary>How kinds of activities are called on the wire.</summary>
internal static class ActivityNames
{
    private static readonly Dictionary<ActivityKind, string> Names = new()
    {
        [ActivityKind.Created] = "created",
        [ActivityKind.Edited] = "edited",
        [ActivityKind.Accessed] = "accessed",
        [ActivityKind.Viewed] = "viewed",
        [ActivityKind.Browsed] = "browsed",
        [ActivityKind.Captured] = "captured",
        [ActivityKind.Uploaded] = "uploaded",
        [ActivityKind.Erased] = "erased",
        [ActivityKind.Shared] = "shared",
        [ActivityKind.ShareUpdated] = "updated share",
        [ActivityKind.ShareEnded] = "stopped sharing",
        [ActivityKind.Invited] = "sent invitation",
        [ActivityKind.InvitationUpdated] = "updated invitation",
        [ActivityKind.InvitationWithdrawn] = "withdrew invitation",
        [ActivityKind.InvitationAccepted] = "accepted invitation",
        [ActivityKind.InvitationExpired] = "expired invitation",
        [ActivityKind.Kept] = "kept",
        [ActivityKind.Released] = "released",
        [ActivityKind.MadeRoom] = "made room",
        [ActivityKind.Lost] = "lost contact",
        [ActivityKind.FoundAgain] = "regained contact",
        [ActivityKind.RecordingStopped] = "stopped recording",
        [ActivityKind.RecordingResumed] = "resumed recording",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Names.Values];

    public static string Of(ActivityKind kind) => Names[kind];

    /// <summary>The kinds that a list with commas names, in any case; of unknown names there are none.</summary>
    public static List<ActivityKind> Read(string list)
    {
        var wanted = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. Names.Where(name => wanted.Contains(name.Value, StringComparer.OrdinalIgnoreCase)).Select(name => name.Key)];
    }
}
