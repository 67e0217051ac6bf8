using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Evercam.Server.Http;

/// <summary>How long log-ins last and where their cookie travels. Section <c>Evercam:Sessions</c>.</summary>
internal sealed partial class SessionOptions : IValidatableObject
{
    public const string Section = "Evercam:Sessions";

    /// <summary>How long a log-in lasts. Default 14 days; 1 minute to 366 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "366.00:00:00")]
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(14);

    /// <summary>The domain whose hosts share the cookie, such as <c>example.org</c> for <c>api.example.org</c> and
    /// <c>www.example.org</c>. Default: this host alone.</summary>
    public string? CookieDomain { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CookieDomain is not null && !Domain().IsMatch(CookieDomain))
        {
            yield return new($"'{CookieDomain}' is not a domain such as example.org.", [nameof(CookieDomain)]);
        }
    }

    [GeneratedRegex(@"\A\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\z")]
    private static partial Regex Domain();
}
