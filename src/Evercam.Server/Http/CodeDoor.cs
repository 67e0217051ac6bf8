using System.Globalization;
using System.Net;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>The one place where codes of second factors are tried, by those who know the password. Each code is good once, and guessing
/// is throttled by account and by source.</summary>
internal sealed partial class CodeDoor(KeyedHash secrets, IOptions<HttpOptions> options, TimeProvider clock, ILogger<CodeDoor> log)
{
    /// <summary>Wrong codes for one account within <see cref="Window"/> before the door stays shut: of a million codes three are good at
    /// any time, so whoever has stolen a password needs years. Not a knob.</summary>
    public const int GuessesPerAccount = 10;

    /// <summary>How long wrong codes for one account are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly AttemptCounter ofAccounts = new(Window, clock);
    private readonly AttemptCounter ofSources = new(options.Value.GuessWindow, clock);

    /// <summary>Whether this is a code of the account's second factor, or one of its recovery codes. It is used up by that.</summary>
    /// <param name="db">The request's database.</param>
    /// <param name="userKey">Whose.</param>
    /// <param name="code">As it was typed.</param>
    /// <param name="source">Where the request comes from.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ApiException">There were too many wrong ones (429).</exception>
    public async Task<bool> OpensAsync(EvercamDb db, long userKey, string code, IPAddress? source, CancellationToken cancellation)
    {
        var account = secrets.Of(CallerScheme.Session, "code", userKey.ToString(CultureInfo.InvariantCulture));
        var network = secrets.Of(CallerScheme.Session, "source", SourceNetwork.Of(source));
        if (!ofSources.TryCount(network, options.Value.GuessesPerSource, out var wait))
        {
            throw ApiException.TooManyRequests(wait);
        }

        if (!ofAccounts.TryCount(account, GuessesPerAccount, out wait))
        {
            ofSources.TakeBack(network);
            throw ApiException.TooManyRequests(wait);
        }

        if (!await UseAsync(db, userKey, Digits(code), cancellation))
        {
            LogWrong(userKey);
            return false;
        }

        ofSources.TakeBack(network);
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
