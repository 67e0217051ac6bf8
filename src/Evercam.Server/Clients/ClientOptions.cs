using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Clients;

/// <summary>How much of the server one user may take up with clients. Section <c>Evercam:Clients</c>.</summary>
internal sealed class ClientOptions
{
    public const string Section = "Evercam:Clients";

    /// <summary>How many clients one user may have registered. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int PerUser { get; init; } = 100;
}
