using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Evercam.Storage.S3;

/// <summary>Where the bucket is, and how it is used. Section <c>Evercam:S3</c>; read only if <c>Evercam:Packs</c> is <c>s3</c>.</summary>
public sealed class S3Options
{
    /// <summary>The section that they are read from.</summary>
    public const string Section = "Evercam:S3";

    /// <summary>Address of a server that speaks S3, such as <c>https://storage.example.org:8080</c>. Default: Amazon's, of the
    /// region.</summary>
    public Uri? ServiceUrl { get; init; }

    /// <summary>The region, as the server calls it. Default <c>us-east-1</c>.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The bucket. It must be there, and keep no old versions.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>What the names of all objects begin with, such as <c>evercam/</c>: one archive lies there, and nothing else. Default:
    /// nothing.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The id of the key that may read, write, list and delete there. Default: what Amazon's tools and machines bring along
    /// (<c>AWS_ACCESS_KEY_ID</c>, a profile, the role of the machine).</summary>
    public string? AccessKey { get; init; }

    /// <summary>The secret of the key.</summary>
    public string? SecretKey { get; init; }

    /// <summary>Within which time what is recorded is in the bucket: what a dying server can lose of a recording. Each costs a request
    /// per camera. Default 5 s; 1 s to 60 s.</summary>
    public TimeSpan PartInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many bytes of pictures may wait in memory for the bucket: those of a part interval, and of as long a failure as is to
    /// be bridged. Beyond it pictures are refused. Default 512 MiB; 16 MiB to 1 TiB.</summary>
    public long BufferBytes { get; init; } = 512L << 20;

    /// <summary>How many bytes of packs that are looked at are kept in memory. Default 64 MiB; 4 MiB to 1 TiB.</summary>
    public long CacheBytes { get; init; } = 64L << 20;

    /// <summary>How long the bucket may take to answer, besides a second for each MiB. Default 10 s; 1 s to 5 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Reads the options from where people set them, and says what is wrong with them in one sentence.</summary>
internal sealed class S3OptionsSetup(IConfiguration configuration)
    : IConfigureOptions<S3Options>, IValidateOptions<S3Options>
{
    private const long MiB = 1 << 20;
    private const long TiB = 1L << 40;

    /// <summary>Asked without the other options: what is wrong with them is told once.</summary>
    private bool IsChosen => Enum.TryParse(configuration["Evercam:Packs"], ignoreCase: true, out PackPlace place) && place == PackPlace.S3;

    public void Configure(S3Options options) => configuration.GetSection(S3Options.Section).Bind(options);

    public ValidateOptionsResult Validate(string? name, S3Options options) =>
        IsChosen && FindFault(options) is { } fault
            ? ValidateOptionsResult.Fail($"{S3Options.Section}:{fault}.")
            : ValidateOptionsResult.Success;

    private static string? FindFault(S3Options options)
    {
        if (options.ServiceUrl is { } address && !IsAddress(address))
        {
            return "ServiceUrl is no address that begins with http:// or https:// and has neither a path nor a user";
        }

        if (string.IsNullOrWhiteSpace(options.Region))
        {
            return "Region is empty";
        }

        if (options.Bucket.Length is < 3 or > 63 || options.Bucket.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_')))
        {
            return "Bucket is no name of a bucket: 3 to 63 letters, digits, dots and hyphens";
        }

        if (options.Prefix.Length > 200 || options.Prefix.StartsWith('/') || options.Prefix.Any(char.IsControl))
        {
            return "Prefix begins with a slash, is longer than 200 characters, or has some that cannot be printed";
        }

        if (string.IsNullOrEmpty(options.AccessKey) != string.IsNullOrEmpty(options.SecretKey))
        {
            return "AccessKey and SecretKey belong together, and one of them is empty";
        }

        return FindRange(options);
    }

    private static string? FindRange(S3Options options)
    {
        if (options.PartInterval < TimeSpan.FromSeconds(1) || options.PartInterval > TimeSpan.FromMinutes(1))
        {
            return "PartInterval must be between 00:00:01 and 00:01:00";
        }

        if (options.BufferBytes is < 16 * MiB or > TiB)
        {
            return $"BufferBytes must be between {16 * MiB} and {TiB}";
        }

        if (options.CacheBytes is < 4 * MiB or > TiB)
        {
            return $"CacheBytes must be between {4 * MiB} and {TiB}";
        }

        return options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromMinutes(5)
            ? "Timeout must be between 00:00:01 and 00:05:00"
            : null;
    }

    private static bool IsAddress(Uri address) =>
        address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { PathAndQuery: "/", UserInfo: "", Fragment: "" };
}
