using System.Net;
using System.Security.Cryptography;
using System.Text;
using Evercam.Server.Http;
using Evercam.Server.Setup;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Users;

/// <summary>The first account of a server on which nobody has one. Whoever sits at this machine makes it, or whoever reads its log: that
/// shows a code, good until there is an account. Once somebody has one, it is over until the next start.</summary>
internal sealed partial class FirstAccount(
    PublicAddress address,
    IConfiguration configuration,
    KeyedHash secrets,
    IOptions<HttpOptions> options,
    TimeProvider clock,
    ILogger<FirstAccount> log)
{
    public const string Path = "/setup";

    private const int CodeLength = 16;
    private const int GroupLength = 4;

    /// <summary>Without letters that look alike.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>What proxies say of those whose requests they pass on.</summary>
    private static readonly string[] Detours =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    private readonly AttemptCounter guesses = new(options.Value.GuessWindow, clock);
    private readonly string code = RandomNumberGenerator.GetString(Letters, CodeLength);
    private volatile bool isOpen;

    /// <summary>Lets somebody make it, if nobody has an account. To be called once the server listens.</summary>
    public async Task OfferAsync(EvercamDb db, CancellationToken cancellation)
    {
        isOpen = true;
        if (await IsOpenAsync(db, cancellation))
        {
            LogOffer(address.To(Path), string.Join('-', code.Chunk(GroupLength).Select(group => new string(group))));
        }
    }

    /// <summary>Whether it waits to be made.</summary>
    public async ValueTask<bool> IsOpenAsync(EvercamDb db, CancellationToken cancellation)
    {
        if (isOpen && await db.Users.AnyAsync(cancellation))
        {
            isOpen = false;
        }

        return isOpen;
    }

    /// <summary>Whether a request comes from this machine, by a browser on it: not where others can reach the server too, and not by the
    /// detour of a proxy, or of a page elsewhere whose name leads here. A proxy that says nothing of those whose requests it passes on, as
    /// nginx does unless it is told to, speaks HTTP/1.0, and no browser does.</summary>
    public bool IsNear(HttpContext context) =>
        HttpProtocol.IsHttp11(context.Request.Protocol)
        && Listening.IsLoopbackOnly(configuration)
        && context.Connection.RemoteIpAddress is { } source && IPAddress.IsLoopback(source)
        && Array.TrueForAll(Detours, header => !context.Request.Headers.ContainsKey(header))
        && Listening.IsLoopbackName(context.Request.Host.Host);

    /// <summary>Whether somebody knows the code. Guessing is throttled like that of a password.</summary>
    /// <param name="typed">What was typed, with or without the dashes.</param>
    /// <param name="source">Where the request comes from.</param>
    /// <exception cref="ApiException">There were too many wrong ones (429).</exception>
    public bool Opens(string typed, IPAddress? source)
    {
        // Counted before it is looked at, taken back when right: many guesses at once are many guesses.
        var guess = secrets.Of(CallerScheme.Anonymous, "first account", SourceNetwork.Of(source));
        if (!guesses.TryCount(guess, options.Value.GuessesPerAccount, out var wait))
        {
            throw ApiException.TooManyRequests(wait);
        }

        var letters = string.Concat(typed.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(letters), Encoding.ASCII.GetBytes(code)))
        {
            LogWrongCode();
            return false;
        }

        guesses.TakeBack(guess);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Nobody has an account yet. The first one is made at {Link}, from another machine with the code {Code}")]
    private partial void LogOffer(string link, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody tried to make the first account with a wrong code")]
    private partial void LogWrongCode();
}
