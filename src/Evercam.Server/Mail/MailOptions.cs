using System.ComponentModel.DataAnnotations;
using System.Net;
using MimeKit;

namespace Evercam.Server.Mail;

/// <summary>How mail leaves the house. Section <c>Evercam:Mail</c>.</summary>
internal sealed class MailOptions : IValidatableObject
{
    public const string Section = "Evercam:Mail";

    /// <summary>The SMTP server. Default none: mails become files in the data directory's folder <c>mail</c>.</summary>
    public string? Host { get; init; }

    /// <summary>Its TCP port. Default: 587, 465 or 25, as <see cref="Tls"/> asks.</summary>
    [Range(1, IPEndPoint.MaxPort)]
    public int? Port { get; init; }

    /// <summary>How the way there is protected. Default <see cref="MailTls.StartTls"/>.</summary>
    [EnumDataType(typeof(MailTls))]
    public MailTls Tls { get; init; } = MailTls.StartTls;

    /// <summary>The account on the server, with <see cref="Password"/>. Default none.</summary>
    public string? User { get; init; }

    /// <summary>Its password.</summary>
    public string? Password { get; init; }

    /// <summary>Whom mails come from, such as <c>Evercam &lt;cameras@example.org&gt;</c>. Needed with a server.</summary>
    public string From { get; init; } = DefaultFrom;

    /// <summary>How long the server may take for one mail. Default 30 s; 1 s to 50 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:50")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a mail is tried again. Default 2 days; 1 min to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan KeepTrying { get; init; } = TimeSpan.FromDays(2);

    /// <summary>Mails to one address within <see cref="LimitWindow"/>. Default 5.</summary>
    [Range(1, 1_000_000)]
    public int PerRecipient { get; init; } = 5;

    /// <summary>Mails that one user asks for within <see cref="LimitWindow"/>. Default 20.</summary>
    [Range(1, 1_000_000)]
    public int PerUser { get; init; } = 20;

    /// <summary>Mails because of sign-ups and forgotten passwords from one address (IPv6: one /64 network) within
    /// <see cref="LimitWindow"/>. Default 50.</summary>
    [Range(1, 1_000_000)]
    public int PerSource { get; init; } = 50;

    /// <summary>How long mails are counted. Default 1 h; 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LimitWindow { get; init; } = TimeSpan.FromHours(1);

    private const string DefaultFrom = "Evercam <evercam@localhost>";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!MailboxAddress.TryParse(From, out var from) || from.Domain.Length == 0)
        {
            yield return new($"'{From}' is not an address such as Evercam <cameras@example.org>.", [nameof(From)]);
        }

        if (Host is not null && (string.IsNullOrWhiteSpace(Host) || From == DefaultFrom))
        {
            yield return new("A mail server needs a name, and Evercam:Mail:From the address that mails come from.", [nameof(Host)]);
        }

        if (string.IsNullOrEmpty(User) != string.IsNullOrEmpty(Password))
        {
            yield return new("It belongs together with Evercam:Mail:Password, and one of them is empty.", [nameof(User)]);
        }

        if (Tls == MailTls.None && !string.IsNullOrEmpty(User) && !IsThisMachine(Host))
        {
            yield return new("Without TLS the password would travel for everyone to read.", [nameof(Tls)]);
        }
    }

    private static bool IsThisMachine(string? host) =>
        host is "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}

/// <summary>How the way to the mail server is protected.</summary>
internal enum MailTls
{
    /// <summary>Begins in clear and then switches to TLS, or does not go on: port 587.</summary>
    StartTls = 1,

    /// <summary>TLS from the first byte: port 465.</summary>
    Implicit = 2,

    /// <summary>Not at all: for a server on this machine, port 25.</summary>
    None = 3,
}
