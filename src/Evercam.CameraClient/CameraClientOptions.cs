using System.ComponentModel.DataAnnotations;
using Evercam.CameraClient.Guard;

namespace Evercam.CameraClient;

/// <summary>How cameras are asked: patience, size, and which addresses may be asked at all.</summary>
public sealed class CameraClientOptions : IValidatableObject
{
    /// <summary>Where people set them.</summary>
    public const string Section = "Evercam:Cameras";

    /// <summary>How long resolving the name and connecting may take together. Default 5 s; 0.1 s to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connected camera may take until the headers of its answer are complete. Default 5 s; 0.1 s to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long everything may take together, from connecting to the last byte, the second request of a Digest
    /// challenge included. Default 10 s; 0.1 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How large a picture may be, in bytes. Default 10 MB (10,485,760); 64 KB to 100 MB.</summary>
    [Range(64 * 1024, 100 * 1024 * 1024)]
    public int SizeLimitBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Whether cameras and receivers of webhooks on this machine may be asked: at loopback (127.0.0.0/8, ::1), and at any address of its own
    /// network interfaces, such as a relay of a camera that runs beside the server. Default no, but yes where nobody else seems to reach the server: it
    /// listens on loopback only, there are no <c>Evercam:Http:TrustedProxies</c>, and <c>Evercam:PublicUrl</c> names no other host. A proxy or a
    /// tunnel that none of these tell of lets others in all the same: set <c>false</c> there.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>Whether an <c>https</c> camera must show a certificate that this machine trusts. Default no: cameras sign
    /// their own, and refusing them would only drive their owners to <c>http</c>.</summary>
    public bool RequireValidCertificates { get; init; }

    /// <summary>Ranges that may be asked although a rule refuses them, such as <c>169.254.7.0/24</c> or <c>::1</c>. This opens
    /// even link-local and metadata addresses: write the smallest range that will do. Default none.</summary>
    public IReadOnlyList<string> AllowedRanges { get; init; } = [];

    /// <summary>Ranges that may not be asked, such as <c>10.1.0.0/16</c>; stronger than <see cref="AllowedRanges"/> and
    /// everything else. Default none.</summary>
    public IReadOnlyList<string> DeniedRanges { get; init; } = [];

    /// <summary>Finds ranges that are none: a typing error must not open or close the wrong network.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, ranges) in new[] { (nameof(AllowedRanges), AllowedRanges), (nameof(DeniedRanges), DeniedRanges) })
        {
            foreach (var range in ranges.Where(range => AddressRange.Parse(range) is null))
            {
                yield return new ValidationResult(
                    $"'{range}' is not an address or a range such as 192.168.0.0/16.", [name]);
            }
        }
    }
}
