using Evercam.Archive;
using Evercam.Storage.S3;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.Storage;

/// <summary>What a process has of a bucket.</summary>
internal sealed class OpenBucket : IDisposable
{
    private readonly TestMeters meters = new();
    private readonly S3Options options;

    public OpenBucket(S3Options options, TimeProvider? clock = null)
    {
        this.options = options;
        Requests = new S3Requests(meters);
        Bucket = new Bucket(options, Requests);
        Mark = new BucketMark(Bucket, clock ?? TimeProvider.System);
    }

    public S3Requests Requests { get; }

    public Bucket Bucket { get; }

    public BucketMark Mark { get; }

    /// <summary>Counts what is asked of the bucket from here on.</summary>
    public RequestCount Count() => new(meters);

    public S3PackStore Open(string spoolFolder, ITenures? tenures = null, long largestObject = 4L << 30) =>
        new(options, Bucket, Mark, Requests, spoolFolder, NullLogger.Instance, tenures, largestObject);

    public void Dispose()
    {
        Bucket.Dispose();
        meters.Dispose();
    }
}
