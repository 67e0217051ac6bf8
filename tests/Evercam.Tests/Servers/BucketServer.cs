using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Evercam.Storage.S3;

namespace Evercam.Tests.Servers;

/// <summary>An object storage of this test run, started when a test first asks for it.</summary>
public abstract class BucketServer : IAsyncDisposable
{
    private readonly Lock starting = new();
    private Task<IBucketInstance>? started;
    private int buckets;

    /// <summary>A client that is not ours to look with.</summary>
    public static AmazonS3Client Connect(S3Options options) => new(
        new BasicAWSCredentials(options.AccessKey, options.SecretKey),
        new AmazonS3Config
        {
            ServiceURL = options.ServiceUrl!.AbsoluteUri,
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });

    /// <summary>Makes a bucket of a storage.</summary>
    /// <returns>How to use it.</returns>
    public static async Task<S3Options> CreateBucketAsync(Uri serviceUrl, string name, string accessKey)
    {
        var options = new S3Options
        {
            ServiceUrl = serviceUrl,
            Bucket = name,
            Prefix = "evercam/",
            AccessKey = accessKey,
            SecretKey = "testing",
            Timeout = TimeSpan.FromMinutes(1),
        };
        using var client = Connect(options);
        await client.PutBucketAsync(new PutBucketRequest { BucketName = name });
        return options;
    }

    /// <summary>Makes a bucket.</summary>
    /// <returns>How to use it.</returns>
    public async Task<S3Options> CreateBucketAsync() => await (await ServeAsync()).CreateBucketAsync($"bucket{Interlocked.Increment(ref buckets)}");

    public async ValueTask DisposeAsync()
    {
        if (started is { IsCompletedSuccessfully: true })
        {
            await (await started).DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected abstract Task<IBucketInstance> StartAsync();

    private Task<IBucketInstance> ServeAsync()
    {
        lock (starting)
        {
            return started ??= StartAsync();
        }
    }
}

/// <summary>A process that has buckets, or several.</summary>
internal interface IBucketInstance : IAsyncDisposable
{
    /// <summary>Makes a bucket.</summary>
    /// <returns>How to use it.</returns>
    Task<S3Options> CreateBucketAsync(string name);
}
