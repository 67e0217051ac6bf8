using System.Globalization;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Evercam.Server.Mail;

/// <summary>Carries the mails of the outbox away, one after the other. What fails is tried again after growing pauses.</summary>
internal sealed partial class MailDelivery(
    IDbContextFactory<EvercamDb> catalogs,
    IOtherServers others,
    IMailCarrier carrier,
    IOptions<MailOptions> options,
    TimeProvider clock,
    ILogger<MailDelivery> log) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    /// <summary>Longer than a carrier may take: a mail is in one pair of hands at a time.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Round, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await others.AwaitDutyAsync(stoppingToken);
                while (await CarryNextAsync(stoppingToken))
                {
                }
            }
#pragma warning disable CA1031 // Mails wait; a database that does not answer must not end the delivery for good.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway())
                {
                    LogNoOutbox(reason);
                }
            }
        }
    }

    /// <summary>How long a mail rests after its nth attempt.</summary>
    internal static TimeSpan PauseAfter(int attempts) =>
        TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(attempts - 1, 10)));

    /// <summary>Carries away what is due first.</summary>
    /// <returns>Whether to go on with the next one: not when none is due, nor when the way may be closed.</returns>
    private async Task<bool> CarryNextAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var mail = await db.Mails.AsNoTracking().Where(m => m.DueAt <= now).OrderBy(m => m.DueAt).ThenBy(m => m.Key)
            .FirstOrDefaultAsync(cancellation);
        if (mail is null)
        {
            return false;
        }

        // Put off before it is tried: no other process takes it meanwhile, and if this one dies it is tried again.
        var row = db.Mails.Where(m => m.Key == mail.Key);
        var next = now + (long)PauseAfter(mail.Attempts + 1).TotalSeconds;
        var isOurs = await row.Where(m => m.DueAt == mail.DueAt).ExecuteUpdateAsync(
            set => set.SetProperty(m => m.DueAt, next).SetProperty(m => m.Attempts, mail.Attempts + 1), cancellation) > 0;
        if (!isOurs)
        {
            return true;
        }

        try
        {
            using var message = Compose(mail);
            await carrier.TakeAsync(message, cancellation);
        }
        catch (MailRefusedException refusal)
        {
            LogRefused(mail.Key, refusal.Message);
        }
#pragma warning disable CA1031 // Whatever keeps a mail from going may be over the next time.
        catch (Exception reason) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return await PutOffAsync(row, mail, reason, cancellation);
        }

        await row.ExecuteDeleteAsync(CancellationToken.None);
        return true;
    }

    private async Task<bool> PutOffAsync(
        IQueryable<OutgoingMail> row, OutgoingMail mail, Exception reason, CancellationToken cancellation)
    {
        if (clock.GetUtcNow().ToUnixTimeSeconds() - mail.CreatedAt < (long)options.Value.KeepTrying.TotalSeconds)
        {
            LogNotYet(mail.Key, mail.Attempts + 1, reason.GetType().Name, reason.Message);
        }
        else
        {
            LogGivenUp(mail.Key, mail.Attempts + 1, reason.GetType().Name, reason.Message);
            await row.ExecuteDeleteAsync(cancellation);
        }

        return false;
    }

    /// <exception cref="MailRefusedException">No mail can be sent to such an address.</exception>
    private MimeMessage Compose(OutgoingMail mail)
    {
        // An account's email may look like a list or hold a name: the parser must see in it nothing but itself. It writes hosts in their own script.
        if (!MailboxAddress.TryParse(mail.Recipient, out var recipient) || Mailbox.Of(recipient.Address) != Mailbox.Of(mail.Recipient))
        {
            throw new MailRefusedException("no such address");
        }

        var sender = MailboxAddress.Parse(options.Value.From);
        var message = new MimeMessage
        {
            Subject = mail.Subject,
            Date = DateTimeOffset.FromUnixTimeSeconds(mail.CreatedAt),
            // The same at each attempt, so that readers see one mail should a server take it twice.
            MessageId = string.Create(CultureInfo.InvariantCulture, $"{mail.CreatedAt}.{mail.Key}@{sender.Domain}"),
            Body = new TextPart("plain") { Text = mail.Body },
        };
        message.From.Add(sender);
        message.To.Add(recipient);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {Mail} did not go at attempt {Attempt}: {Failure}: {Reason}")]
    private partial void LogNotYet(long mail, int attempt, string failure, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail {Mail} is given up after {Attempts} attempts: {Failure}: {Reason}")]
    private partial void LogGivenUp(long mail, int attempts, string failure, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {Mail} is given up, because it was refused: {Reason}")]
    private partial void LogRefused(long mail, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox could not be looked through; the next round tries again")]
    private partial void LogNoOutbox(Exception reason);
}
