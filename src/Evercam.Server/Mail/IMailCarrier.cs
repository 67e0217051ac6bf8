using MimeKit;

namespace Evercam.Server.Mail;

/// <summary>Takes mails out of the house.</summary>
internal interface IMailCarrier
{
    /// <summary>Takes one mail. When this returns, it is in other hands.</summary>
    /// <exception cref="MailRefusedException">Nobody takes this mail; trying again is of no use. Any other exception says that it
    /// may be.</exception>
    Task TakeAsync(MimeMessage mail, CancellationToken cancellation);
}

/// <summary>Nobody takes this mail.</summary>
internal sealed class MailRefusedException(string reason) : Exception(reason);
