using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.OAuth;

/// <summary>How long what applications are given is good. Section <c>Evercam:OAuth</c>.</summary>
internal sealed class OAuthOptions
{
    public const string Section = "Evercam:OAuth";

    /// <summary>How long a code waits for its exchange. Not a knob: the contract says so.</summary>
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromSeconds(60);

    /// <summary>How long a question waits for its answer. Not a knob: the contract says so.</summary>
    public static readonly TimeSpan QuestionLifetime = TimeSpan.FromMinutes(10);

    /// <summary>How long an access token opens the API. Default 1 h; 1 s to 366 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "366.00:00:00")]
    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a refresh token waits for its exchange. Default 30 days; 1 min to 366 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "366.00:00:00")]
    public TimeSpan RefreshTokenLifetime { get; init; } = TimeSpan.FromDays(30);
}
