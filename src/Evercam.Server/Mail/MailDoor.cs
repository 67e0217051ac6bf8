using System.Globalization;
using System.Net;
using Evercam.Server.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Mail;

/// <summary>Keeps this server from being used to pester people: so many mails to one address, at the wish of one user, because of
/// one source.</summary>
internal sealed class MailDoor(KeyedHash secrets, IOptions<MailOptions> options, TimeProvider clock)
{
    private readonly AttemptCounter mails = new(options.Value.LimitWindow, clock);

    /// <summary>Counts a mail that a user asks for.</summary>
    /// <exception cref="ApiException">There were too many (429).</exception>
    public void Pass(string recipient, long user)
    {
        if (!TryPass(recipient, "by", user.ToString(CultureInfo.InvariantCulture), options.Value.PerUser, out var wait))
        {
            throw ApiException.TooManyRequests(wait);
        }
    }

    /// <summary>Counts a mail that someone unknown causes, if it is not one too many.</summary>
    public bool TryPass(string recipient, IPAddress source) =>
        TryPass(recipient, "from", SourceNetwork.Of(source), options.Value.PerSource, out _);

    private bool TryPass(string recipient, string role, string asker, int limit, out TimeSpan wait)
    {
        var who = secrets.Of(CallerScheme.Anonymous, role, asker);
        if (!mails.TryCount(who, limit, out wait))
        {
            return false;
        }

        var whom = secrets.Of(CallerScheme.Anonymous, "to", recipient.ToUpperInvariant());
        if (mails.TryCount(whom, options.Value.PerRecipient, out wait))
        {
            return true;
        }

        mails.TakeBack(who);
        return false;
    }
}
