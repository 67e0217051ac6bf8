using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Evercam.Server.Mail;

/// <summary>Hands mails to an SMTP server.</summary>
internal sealed class SmtpCarrier(IOptions<MailOptions> options) : IMailCarrier
{
    private const int PermanentFailure = 500;

    public async Task TakeAsync(MimeMessage mail, CancellationToken cancellation)
    {
        var settings = options.Value;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(settings.Timeout);

        // Many certificates no longer say where to ask whether they were revoked; then asking would fail.
        using var server = new SmtpClient { CheckCertificateRevocation = false };
        await server.ConnectAsync(settings.Host!, PortOf(settings), SocketOptionsOf(settings.Tls), deadline.Token);
        if (settings is { User: { Length: > 0 } user, Password: { Length: > 0 } password })
        {
            await server.AuthenticateAsync(user, password, deadline.Token);
        }

        try
        {
            await server.SendAsync(mail, deadline.Token);
        }
        catch (SmtpCommandException refusal) when (
            (int)refusal.StatusCode >= PermanentFailure
            && refusal.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted)
        {
            throw new MailRefusedException($"{(int)refusal.StatusCode} {refusal.ErrorCode}");
        }

        // The server has it: a bad goodbye must not make us send it twice.
        await server.DisconnectAsync(quit: false, CancellationToken.None);
    }

    private static int PortOf(MailOptions settings) => settings.Port ?? settings.Tls switch
    {
        MailTls.StartTls => 587,
        MailTls.Implicit => 465,
        _ => 25,
    };

    private static SecureSocketOptions SocketOptionsOf(MailTls tls) => tls switch
    {
        MailTls.StartTls => SecureSocketOptions.StartTls,
        MailTls.Implicit => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };
}
