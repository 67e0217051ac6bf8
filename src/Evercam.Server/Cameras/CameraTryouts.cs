using System.Globalization;
using Evercam.Server.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Cameras;

/// <summary>Counts the tests of cameras on pages. They say more of a failure than the API does, so that they could be used to find out what
/// there is on a network.</summary>
internal sealed class CameraTryouts(KeyedHash secrets, IOptions<CameraOptions> options, TimeProvider clock)
{
    private readonly AttemptCounter tests = new(TimeSpan.FromMinutes(1), clock);

    /// <summary>Counts a test.</summary>
    /// <exception cref="ApiException">There were too many (429).</exception>
    public void Pass(long user)
    {
        var who = secrets.Of(CallerScheme.Anonymous, "camera test", user.ToString(CultureInfo.InvariantCulture));
        if (!tests.TryCount(who, options.Value.TestsPerMinute, out var wait))
        {
            throw ApiException.TooManyRequests(wait);
        }
    }
}
