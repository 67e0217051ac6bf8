using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Evercam.Storage;

/// <summary>Several servers on one database and one bucket that are one server. Section <c>Evercam:Cluster</c>.</summary>
public sealed class NodeOptions
{
    /// <summary>Where people set it.</summary>
    public const string Section = "Evercam:Cluster";

    /// <summary>The Redis by which the servers find each other, such as <c>redis.example.org:6379,password=secret</c>. Needs PostgreSQL, and
    /// packs in a bucket. Default: none; then this server is the only one on its database.</summary>
    public string? Redis { get; set; }

    /// <summary>The address of this machine at which the other servers reach this one: an IP address. Whoever reaches that port can do all
    /// that a server can, so it must be of a network of their own. Default <c>127.0.0.1</c>: all servers run on this machine.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The port at which they do. Default 0: any that is free from 20000 to 32000; 0 to 65535.</summary>
    public int Port { get; set; }

    /// <summary>Whether there may be others.</summary>
    public bool IsOneOfMany => !string.IsNullOrWhiteSpace(Redis);
}

/// <summary>Reads the options from where people set them, and says what is wrong with them in one sentence.</summary>
internal sealed class NodeOptionsSetup(IConfiguration configuration, IOptions<StorageOptions> storage)
    : IConfigureOptions<NodeOptions>, IValidateOptions<NodeOptions>
{
    public void Configure(NodeOptions options) => configuration.GetSection(NodeOptions.Section).Bind(options);

    public ValidateOptionsResult Validate(string? name, NodeOptions options) =>
        FindFault(options) is { } fault ? ValidateOptionsResult.Fail($"{NodeOptions.Section}:{fault}.") : ValidateOptionsResult.Success;

    private string? FindFault(NodeOptions options)
    {
        if (options.Port is < 0 or > IPEndPoint.MaxPort)
        {
            return $"Port must be between 0 and {IPEndPoint.MaxPort}";
        }

        if (!options.IsOneOfMany)
        {
            return null;
        }

        if (!IPAddress.TryParse(options.Address, out var address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            return "Address is no IP address of this machine";
        }

        return storage.Value is { Chosen: DatabaseKind.Postgres, Packs: PackPlace.S3 }
            ? null
            : "Redis is set, but servers can share only PostgreSQL and a bucket: ConnectionStrings:Evercam, and Evercam:Packs=s3";
    }
}
