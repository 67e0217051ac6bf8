using System.Net;
using System.Security.Cryptography;
using System.Text;
using Evercam.Server.Http;
using Evercam.Server.Setup;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Users;

/// <summary>The first account of a server on which nobody has one. Whoever reads its log makes it: that shows a link with a code, good until
/// there is an account. Once somebody has one, it is over until the next start.</summary>
/// <remarks>Nobody is spared the code, wherever a request seems to come from: what a proxy or a tunnel on this machine passes on may look
/// like what a browser here asks.</remarks>
internal sealed partial class FirstAccount(
    PublicAddress address,
    KeyedHash secrets,
    IOptions<HttpOptions> options,
    TimeProvider clock,
    ILogger<FirstAccount> log)
{
    public const string Path = "/setup";

    /// <summary>The field of the form, and the parameter of the link, that the code is in.</summary>
    public const string CodeField = "code";

    private const int CodeLength = 16;
    private const int GroupLength = 4;

    /// <summary>Without letters that look alike.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    private readonly AttemptCounter guesses = new(options.Value.GuessWindow, clock);
    private readonly string code = RandomNumberGenerator.GetString(Letters, CodeLength);
    private volatile bool isOpen;

    /// <summary>Lets somebody make it, if nobody has an account. To be called once the server listens.</summary>
    public async Task OfferAsync(EvercamDb db, CancellationToken cancellation)
    {
        isOpen = true;
        if (await IsOpenAsync(db, cancellation))
        {
            var shown = string.Join('-', code.Chunk(GroupLength).Select(group => new string(group)));
            LogOffer(address.To(Path, (CodeField, shown)), shown);
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
        "Nobody has an account yet. The first one is made at {Link}. By another address of this server it takes the code {Code}")]
    private partial void LogOffer(string link, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody tried to make the first account with a wrong code")]
    private partial void LogWrongCode();
}
