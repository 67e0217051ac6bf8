using System.Globalization;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Cameras;

/// <summary>Counts the cameras that a user tries, on pages and by the API. How such a trial ends, and how soon, tells what there is on a
/// network: without a limit, one account finds out about hundreds of ports in a second.</summary>
internal sealed class CameraTryouts(KeyedHash secrets, IOptions<CameraOptions> options, TimeProvider clock)
    : UserLimit("camera test", options.Value.TestsPerMinute, secrets, clock)
{
    /// <summary>Counts one more of a caller. Applications count as the user that they act for; with their own keys, as the one who registered
    /// them, who could register many.</summary>
    /// <exception cref="ApiException">There were too many (429).</exception>
    public async Task PassAsync(Caller caller, EvercamDb db, CancellationToken cancellation)
    {
        var user = UserOf(caller)
            ?? await db.Clients.Where(client => client.Key == caller.ClientKey).Select(client => client.CreatorKey).SingleOrDefaultAsync(cancellation);
        if (user is { } key)
        {
            Pass(key);
        }
        else
        {
            Pass(string.Create(CultureInfo.InvariantCulture, $"client {caller.ClientKey}"));
        }
    }

    /// <summary>Whom a caller acts for: a token is one user's, though it acts as the application that many have. <see langword="null"/> for an
    /// application by itself.</summary>
    public static long? UserOf(Caller caller) =>
        caller is { Scheme: CallerScheme.Bearer, Scopes: [var scope, ..] } ? scope.UserKey : caller.UserKey;
}
