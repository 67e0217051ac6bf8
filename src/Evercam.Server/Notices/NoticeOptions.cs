using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Notices;

/// <summary>How long notices are kept. Section <c>Evercam:Notices</c>.</summary>
internal sealed class NoticeOptions
{
    public const string Section = "Evercam:Notices";

    /// <summary>Days that a notice is kept: so far back whoever was away can catch up. Default 30; 2 to 3650.</summary>
    [Range(2, 3650)]
    public int KeepDays { get; init; } = 30;
}
