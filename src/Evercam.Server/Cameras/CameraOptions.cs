using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Cameras;

/// <summary>How much of the server one user may take up with cameras. Section <c>Evercam:Cameras</c>, beside the settings of how
/// cameras are asked.</summary>
internal sealed class CameraOptions
{
    public const string Section = "Evercam:Cameras";

    /// <summary>How many cameras one user may have. Default 10,000.</summary>
    [Range(1, 10_000_000)]
    public int PerUser { get; init; } = 10_000;

    /// <summary>How many cameras one caller may try at a time without registering them. Default 4.</summary>
    [Range(1, 1_000)]
    public int TrialsPerCaller { get; init; } = 4;

    /// <summary>How many cameras all callers together may try at a time. Each may hold a whole picture in memory. Default
    /// 16.</summary>
    [Range(1, 1_000)]
    public int Trials { get; init; } = 16;

    /// <summary>How many cameras one user may try within a minute without registering them, by the button of the pages and by
    /// <c>GET /cameras/test</c> together. Default 30.</summary>
    [Range(1, 1_000_000)]
    public int TestsPerMinute { get; init; } = 30;
}
