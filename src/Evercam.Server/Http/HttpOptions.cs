using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Evercam.Server.Http;

/// <summary>What the server accepts from the network. Section <c>Evercam:Http</c>.</summary>
internal sealed class HttpOptions : IValidatableObject
{
    public const string Section = "Evercam:Http";

    /// <summary>Parameters beside files may take this many bytes in a body, in all. Not a knob: no honest request comes
    /// near.</summary>
    public const int FieldBytes = 1024 * 1024;

    /// <summary>A request may carry this many parameters. Not a knob, for the same reason.</summary>
    public const int Fields = 1024;

    /// <summary>Largest uploaded picture, in bytes. Default 10 MB; 1 KB to 1 GB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int UploadLimitBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>How many bytes of requests' bodies may be in memory at once, beyond the first 64 KB of each; what comes when
    /// that is used up waits for up to 5 s. One address (IPv6: one /64 network) has a quarter of it at most. Neither is ever less than one
    /// upload. While a body arrives, it may take up to three times its size. Default 256 MB; 1 MB to 64 GB.</summary>
    [Range(1024L * 1024, 64L * 1024 * 1024 * 1024)]
    public long BodyRoomBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>How many bytes of answers may be in memory for readers who do not take them, each of whom counts as 320 KB, and a live picture
    /// of more than 128 KB as that much more; when that is used up, whoever keeps an answer waiting for the longest is hung up on. Default 256 MB; 1 MB to 64 GB.</summary>
    [Range(1024L * 1024, 64L * 1024 * 1024 * 1024)]
    public long AnswerRoomBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed: addresses or networks
    /// such as <c>10.0.0.0/8</c>. Default none.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>Origins that may read answers across sites, such as <c>https://example.org</c>. Default: any.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Origins beside this host whose pages may change things with the session cookie. Default none.</summary>
    public IReadOnlyList<string> TrustedOrigins { get; init; } = [];

    /// <summary>How long verified credentials are remembered: so long may a command's change of a password stay unseen with SQLite;
    /// one of this server counts at once, and with PostgreSQL everybody's within a second. Default 30 s; 0 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan RememberCallers { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a camera's owner, shares and visibility are remembered: so long may a command's change of them stay unseen
    /// with SQLite; one of this server counts at once, and with PostgreSQL everybody's within a second. Default 5 s; 0 s to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan RememberCameras { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long what is remembered still counts, with PostgreSQL, while the database does not answer whether somebody has
    /// changed it. Default 1 s; 0 s to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan RememberUnheard { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Wrong passwords for one account from one address (IPv6: one /64 network) within <see cref="GuessWindow"/> before the door
    /// stays shut to it. Default 10.</summary>
    [Range(1, 1_000_000)]
    public int GuessesPerAccount { get; init; } = 10;

    /// <summary>Wrong passwords for one account from everywhere within <see cref="GuessWindow"/> before the door stays shut to everyone who
    /// has not shown the right one within an hour. Default 200.</summary>
    [Range(1, 1_000_000)]
    public int GuessesPerAccountFromAll { get; init; } = 200;

    /// <summary>Wrong passwords from one address (IPv6: one /64 network) within <see cref="GuessWindow"/> before the
    /// door stays shut. Default 50.</summary>
    [Range(1, 1_000_000)]
    public int GuessesPerSource { get; init; } = 50;

    /// <summary>How long wrong passwords are counted. Default 1 min; 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan GuessWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>New accounts from one address (IPv6: one /64 network) within <see cref="SignUpWindow"/>. Default
    /// 1,000.</summary>
    [Range(1, 1_000_000)]
    public int SignUpsPerSource { get; init; } = 1_000;

    /// <summary>How long new accounts are counted. Default 1 h; 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SignUpWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long browsers that saw a page by <c>https</c> ask this host by nothing else, whatever the port: what pages tell them by
    /// <c>Strict-Transport-Security</c>. Default 30 days; 0 to 730 days. 0 tells them nothing.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "730.00:00:00")]
    public TimeSpan StrictTransport { get; init; } = TimeSpan.FromDays(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var proxy in TrustedProxies.Where(proxy => !IsProxy(proxy)))
        {
            yield return new($"'{proxy}' is neither an address nor a network, such as 127.0.0.1 or 10.0.0.0/8.", [nameof(TrustedProxies)]);
        }

        foreach (var (name, origins) in new[] { (nameof(Origins), Origins), (nameof(TrustedOrigins), TrustedOrigins) })
        {
            foreach (var origin in origins.Where(origin => !IsOrigin(origin)))
            {
                yield return new($"'{origin}' is not an origin such as https://example.org.", [name]);
            }
        }
    }

    private static bool IsProxy(string text) => IPNetwork.TryParse(text, out _) || IPAddress.TryParse(text, out _);

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == text;
}
