using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Rights;

/// <summary>How cameras are shared. Section <c>Evercam:Shares</c>.</summary>
internal sealed class ShareOptions
{
    public const string Section = "Evercam:Shares";

    /// <summary>No invitation waits longer.</summary>
    public const int MostInvitationDays = 3650;

    /// <summary>Days that an invitation waits for its person to have an account. Default 90; 1 to 3650.</summary>
    [Range(1, MostInvitationDays)]
    public int InvitationDays { get; init; } = 90;
}
