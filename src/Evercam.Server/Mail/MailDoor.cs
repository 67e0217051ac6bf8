using System.Globalization;
using System.Net;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
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

    /// <summary>Counts a mail to users themselves about what was done in their name, if it is not one too many.</summary>
    public bool TryPass(long user) => mails.TryCount(Asker("by", user.ToString(CultureInfo.InvariantCulture)), options.Value.PerUser, out _);

    /// <summary>Counts a mail that someone unknown causes, if it is not one too many.</summary>
    public bool TryPass(string recipient, IPAddress source) =>
        TryPass(recipient, "from", SourceNetwork.Of(source), options.Value.PerSource, out _);

    /// <summary>Counts a mail that someone unknown asks for, before anybody knows whether it will be written.</summary>
    /// <exception cref="ApiException">There were too many (429).</exception>
    public void Pass(IPAddress? source)
    {
        if (!mails.TryCount(Asker("from", SourceNetwork.Of(source)), options.Value.PerSource, out var wait))
        {
            throw ApiException.TooManyRequests(wait);
        }
    }

    /// <summary>Counts a mail to someone, if it is not one too many. Whoever asked for it is counted already.</summary>
    public bool TryPass(string recipient) => mails.TryCount(Recipient(recipient), options.Value.PerRecipient, out _);

    private SecretHash Asker(string role, string asker) => secrets.Of(CallerScheme.Anonymous, role, asker);

    private SecretHash Recipient(string email) => secrets.Of(CallerScheme.Anonymous, "to", Mailbox.Of(email));

    private bool TryPass(string recipient, string role, string asker, int limit, out TimeSpan wait)
    {
        var who = Asker(role, asker);
        if (!mails.TryCount(who, limit, out wait))
        {
            return false;
        }

        if (mails.TryCount(Recipient(recipient), options.Value.PerRecipient, out wait))
        {
            return true;
        }

        mails.TakeBack(who);
        return false;
    }
}
