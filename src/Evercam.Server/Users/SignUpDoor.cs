using System.Net;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Users;

/// <summary>Where new accounts come in: so many from one source, and never at the expense of those who have one. Hashing their
/// passwords has turns of its own, so that a flood of sign-ups keeps nobody from logging in.</summary>
internal sealed class SignUpDoor(
    IPasswordHasher<User> hasher, KeyedHash secrets, IOptions<HttpOptions> options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim hashing = new(Math.Max(1, Environment.ProcessorCount / 4));
    private readonly AttemptCounter signUps = new(options.Value.SignUpWindow, clock);

    /// <summary>The hash to keep of a new account's password.</summary>
    /// <param name="user">The account, which breaks no rule.</param>
    /// <param name="password">Its password.</param>
    /// <param name="source">Where the request comes from.</param>
    /// <param name="cancellation">Ends the wait for a turn.</param>
    /// <exception cref="ApiException">There were too many from there (429).</exception>
    public async ValueTask<string> HashAsync(User user, string password, IPAddress? source, CancellationToken cancellation)
    {
        // Counted before it waits: a queue is no place to be attacked in.
        var name = secrets.Of(CallerScheme.Anonymous, "source", SourceNetwork.Of(source));
        if (!signUps.TryCount(name, options.Value.SignUpsPerSource, out var wait))
        {
            throw ApiException.TooManyRequests(wait);
        }

        await hashing.WaitAsync(cancellation);
        try
        {
            return hasher.HashPassword(user, password);
        }
        finally
        {
            hashing.Release();
        }
    }

    public void Dispose() => hashing.Dispose();
}
