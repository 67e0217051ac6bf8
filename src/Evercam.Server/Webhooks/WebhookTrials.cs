using System.Globalization;
using Evercam.Server.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Webhooks;

/// <summary>Keeps trials from being used to pester receivers.</summary>
internal sealed class WebhookTrials(KeyedHash secrets, IOptions<WebhookOptions> options, TimeProvider clock)
{
    private readonly AttemptCounter trials = new(TimeSpan.FromMinutes(1), clock);

    /// <summary>Counts a trial.</summary>
    /// <exception cref="ApiException">There were too many (429).</exception>
    public void Pass(long user)
    {
        var who = secrets.Of(CallerScheme.Anonymous, "webhook", user.ToString(CultureInfo.InvariantCulture));
        if (!trials.TryCount(who, options.Value.TrialsPerMinute, out var wait))
        {
            throw ApiException.TooManyRequests(wait);
        }
    }
}
