using Evercam.Storage.Catalog;

namespace Evercam.Server.Mail;

/// <summary>What a mail says.</summary>
/// <param name="Subject">One line; never a secret.</param>
/// <param name="Body">Plain text.</param>
internal sealed record Letter(string Subject, string Body)
{
    /// <summary>Never the text, which may hold a code.</summary>
    public override string ToString() => $"{nameof(Letter)} '{Subject}'";
}

/// <summary>Where mails are left. They are saved together with what they are about, and go when that is saved.</summary>
internal sealed class Outbox(EvercamDb db, TimeProvider clock)
{
    /// <summary>Adds a mail to what the request's database saves next.</summary>
    public void Add(string recipient, Letter letter)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        db.Add(new OutgoingMail
        {
            Recipient = recipient,
            Subject = letter.Subject,
            Body = letter.Body,
            CreatedAt = now,
            DueAt = now,
        });
    }
}
