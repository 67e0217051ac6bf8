using System.Globalization;

namespace Evercam.Server.Http;

/// <summary>How often a user may do something in a minute.</summary>
/// <param name="what">What it is, apart from all else that is counted.</param>
/// <param name="most">How often.</param>
/// <param name="secrets">Makes names of users.</param>
/// <param name="clock">Tells when a minute is over.</param>
internal abstract class UserLimit(string what, int most, KeyedHash secrets, TimeProvider clock)
{
    private readonly AttemptCounter attempts = new(TimeSpan.FromMinutes(1), clock);

    /// <summary>Counts once more.</summary>
    /// <exception cref="ApiException">It was too often (429).</exception>
    public void Pass(long user) => Pass(user.ToString(CultureInfo.InvariantCulture));

    /// <summary>The same for somebody who is no user.</summary>
    protected void Pass(string who)
    {
        if (!attempts.TryCount(secrets.Of(CallerScheme.Anonymous, what, who), most, out var wait))
        {
            throw ApiException.TooManyRequests(wait);
        }
    }
}
