using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Snapshots;

/// <summary>How many stored pictures one answer may hold. Section <c>Evercam:Snapshots</c>.</summary>
internal sealed class SnapshotOptions
{
    public const string Section = "Evercam:Snapshots";

    /// <summary>Most pictures on a page of a range, whatever is asked for. Default 1000; 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int PerPage { get; init; } = 1_000;

    /// <summary>The same where the pictures themselves are on it. Default 100; 1 to 1000.</summary>
    [Range(1, 1_000)]
    public int PerPageWithData { get; init; } = 100;
}
