using System.Globalization;
using System.Net;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>
/// The one place where codes of second factors are tried, by those who know the password. Each code is good once. Guessing is throttled
/// by log-in, by source, and by account; the last shuts the owner out too, so it takes more than one source to get there, and it is over
/// soon.
/// </summary>
/// <remarks>
/// Of 1,000,000 codes three are good at any time, so a guess is right with 3 in a million. <see cref="GuessesPerAccount"/> in a
/// <see cref="Window"/> are 80 an hour: 1 in 4,000 an hour, and even odds after four months without a pause, in which the user has a mail every
/// day that tells to choose another password. Whoever stays below what a mail is written for needs more than a year and a half. Recovery
/// codes, ten of 10^12, are rarer by far.
/// </remarks>
internal sealed partial class CodeDoor(KeyedHash secrets, IOptions<HttpOptions> options, TimeProvider clock, ILogger<CodeDoor> log)
{
    /// <summary>Codes that one log-in may try before the password is asked for again. Not a knob, as are the other two.</summary>
    public const int GuessesPerLogIn = 5;

    /// <summary>Wrong codes for one account from one source within <see cref="Window"/> before the door stays shut to it.</summary>
    public const int GuessesPerSource = 10;

    /// <summary>Wrong codes for one account within <see cref="Window"/> before the door stays shut to everyone.</summary>
    public const int GuessesPerAccount = 20;

    /// <summary>How long wrong codes are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly AttemptCounter ofLogIns = new(Window, clock);
    private readonly AttemptCounter ofAccounts = new(Window, clock);
    private readonly AttemptCounter ofAccountsFromSources = new(Window, clock);
    private readonly AttemptCounter warnings = new(Day, clock);
    private readonly AttemptCounter ofSources = new(options.Value.GuessWindow, clock);

    /// <summary>Counts one more code of a log-in, if it may try one.</summary>
    public bool MayTry(string logIn) => ofLogIns.TryCount(secrets.Of(CallerScheme.Session, "log-in", logIn), GuessesPerLogIn, out _);

    /// <summary>Whether a log-in may try one more, without counting it.</summary>
    public bool MayTryAgain(string logIn) => ofLogIns.Allows(secrets.Of(CallerScheme.Session, "log-in", logIn), GuessesPerLogIn, out _);

    /// <summary>Whether a user is to hear now that somebody fails here: after as many wrong codes as a log-in may try, and once a
    /// day.</summary>
    public bool MayWarn(long userKey)
    {
        var user = userKey.ToString(CultureInfo.InvariantCulture);
        return !ofAccounts.Allows(secrets.Of(CallerScheme.Session, "code", user), GuessesPerLogIn, out _)
            && warnings.TryCount(secrets.Of(CallerScheme.Session, "warning", user), 1, out _);
    }

    /// <summary>Whether this is a code of the account's second factor, or one of its recovery codes. It is used up by that.</summary>
    /// <param name="db">The request's database.</param>
    /// <param name="userKey">Whose.</param>
    /// <param name="code">As it was typed.</param>
    /// <param name="source">Where the request comes from.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ApiException">There were too many wrong ones (429).</exception>
    public async Task<bool> OpensAsync(EvercamDb db, long userKey, string code, IPAddress? source, CancellationToken cancellation)
    {
        var user = userKey.ToString(CultureInfo.InvariantCulture);
        var account = secrets.Of(CallerScheme.Session, "code", user);
        var network = secrets.Of(CallerScheme.Session, "source", SourceNetwork.Of(source));
        var both = secrets.Of(CallerScheme.Session, $"code {user}", SourceNetwork.Of(source));
        if (!ofSources.TryCount(network, options.Value.GuessesPerSource, out var wait))
        {
            throw ApiException.TooManyRequests(wait);
        }

        if (!ofAccountsFromSources.TryCount(both, GuessesPerSource, out wait))
        {
            ofSources.TakeBack(network);
            throw ApiException.TooManyRequests(wait);
        }

        if (!ofAccounts.TryCount(account, GuessesPerAccount, out wait))
        {
            ofSources.TakeBack(network);
            ofAccountsFromSources.TakeBack(both);
            throw ApiException.TooManyRequests(wait);
        }

        if (!await UseAsync(db, userKey, Digits(code), cancellation))
        {
            LogWrong(userKey);
            return false;
        }

        ofSources.TakeBack(network);
        ofAccountsFromSources.TakeBack(both);
        ofAccounts.TakeBack(account);
        return true;
    }

    /// <summary>The digits of a code, which people write with blanks and dashes between them; what has anything else is no code.</summary>
    public static string Digits(string code)
    {
        var bare = string.Concat(code.Where(letter => letter is not (' ' or '-')));
        return bare.All(char.IsAsciiDigit) ? bare : "";
    }

    private async Task<bool> UseAsync(EvercamDb db, long userKey, string code, CancellationToken cancellation)
    {
        var known = await db.SecondFactors.Where(factor => factor.UserKey == userKey).Select(factor => factor.Secret)
            .SingleOrDefaultAsync(cancellation);
        if (known is null)
        {
            return false;
        }

        var secret = Convert.FromBase64String(known);
        switch (code.Length)
        {
            case TimeCode.Length when TimeCode.FindStep(secret, code, TimeCode.StepAt(clock.GetUtcNow())) is { } step:
                return await db.SecondFactors.Where(factor => factor.UserKey == userKey && factor.UsedStep < step)
                    .ExecuteUpdateAsync(set => set.SetProperty(factor => factor.UsedStep, step), cancellation) == 1;
            case RecoveryCodes.Length:
                var hash = RecoveryCodes.HashOf(secret, code);
                var isGood = await db.RecoveryCodes.Where(row => row.UserKey == userKey && row.Hash == hash)
                    .ExecuteDeleteAsync(cancellation) == 1;
                if (isGood)
                {
                    LogRecovered(userKey);
                }

                return isGood;
            default:
                return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Someone with the password of user {User} gave a wrong code")]
    private partial void LogWrong(long user);

    [LoggerMessage(Level = LogLevel.Information, Message = "User {User} used a recovery code")]
    private partial void LogRecovered(long user);
}
