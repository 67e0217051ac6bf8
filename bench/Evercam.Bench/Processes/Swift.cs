using Amazon.Runtime;
using Amazon.S3;
using Evercam.Tests.Servers;

namespace Evercam.Bench.Processes;

/// <summary>Debian's OpenStack Swift with its S3 layer, in one process on loopback, with a bucket.</summary>
internal sealed class Swift : IAsyncDisposable
{
    private const string Packages = "/usr/lib/python3/dist-packages/swift";
    private const string User = "test:tester";
    private const string Password = "testing";

    private readonly Child child;
    private readonly Uri address;

    private Swift(Child child, Uri address) => (this.child, this.address) = (child, address);

    public Usage Usage => child.Usage;

    /// <param name="own">An empty folder.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<Swift> StartAsync(string own, CancellationToken cancellation)
    {
        if (!Directory.Exists(Packages))
        {
            throw new BenchException(
                "OpenStack Swift is needed and not installed: apt-get install swift-proxy swift-account swift-container swift-object memcached");
        }

        List<int> ports = [.. Enumerable.Range(0, 5).Select(_ => FreePort.Find())];
        var child = new Child("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "swift-server.py"), own, .. ports.Select(port => $"{port}")]);
        try
        {
            var address = new Uri($"http://127.0.0.1:{ports[0]}/");
            await child.AnswerAsync(address, TimeSpan.FromMilliseconds(50), cancellation);
            return new Swift(child, address);
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a bucket.</summary>
    /// <returns>The settings of a server that keeps its packs there.</returns>
    public async Task<Dictionary<string, string>> CreateBucketAsync(string name, CancellationToken cancellation)
    {
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(User, Password),
            new AmazonS3Config { ServiceURL = address.AbsoluteUri, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        await client.PutBucketAsync(name, cancellation);
        return new()
        {
            ["Evercam:Packs"] = "s3",
            ["Evercam:S3:ServiceUrl"] = address.AbsoluteUri,
            ["Evercam:S3:Bucket"] = name,
            ["Evercam:S3:Prefix"] = "evercam/",
            ["Evercam:S3:AccessKey"] = User,
            ["Evercam:S3:SecretKey"] = Password,
        };
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
