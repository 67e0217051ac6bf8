using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Evercam.Server.Watching;

/// <summary>Who may read <c>/metrics</c>. Section <c>Evercam:Metrics</c>.</summary>
internal sealed class MetricsOptions : IValidatableObject
{
    public const string Section = "Evercam:Metrics";

    /// <summary>Whether anything is counted, and <c>/metrics</c> is there. Default: yes.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Networks such as <c>10.0.0.0/8</c> that may read it beside this machine. Default none.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var network in Networks.Where(network => !IPNetwork.TryParse(network, out _)))
        {
            yield return new($"'{network}' is not a network such as 10.0.0.0/8.", [nameof(Networks)]);
        }
    }
}
