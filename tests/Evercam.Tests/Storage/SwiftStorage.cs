using Evercam.Archive;
using Evercam.Storage.S3;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.Storage;

/// <summary>Catalog and index on SQLite, packs in a bucket. A class fixture.</summary>
public sealed class SwiftStorage(SwiftServer server) : SqliteStorage
{
    private readonly List<IDisposable> opened = [];

    /// <summary>How to use the bucket.</summary>
    public S3Options Options { get; private set; } = new();

    public override bool HasFiles => false;

    public override async ValueTask InitializeAsync()
    {
        Options = await server.CreateBucketAsync();
        await base.InitializeAsync();
    }

    public override IPackStore OpenPacks() => Open();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        opened.ForEach(bucket => bucket.Dispose());
    }

    /// <summary>These tests were written for a disk, where nobody gathers for long.</summary>
    private S3PackStore Open()
    {
        var bucket = new SwiftBucket(new S3Options
        {
            ServiceUrl = Options.ServiceUrl,
            Bucket = Options.Bucket,
            Prefix = Options.Prefix,
            AccessKey = Options.AccessKey,
            SecretKey = Options.SecretKey,
            Timeout = Options.Timeout,
            PartInterval = TimeSpan.FromMilliseconds(10),
        });
        opened.Add(bucket);
        return bucket.Open(Path.Combine(DataDirectory, "spool"));
    }
}

/// <summary>What a process has of a bucket.</summary>
internal sealed class SwiftBucket : IDisposable
{
    private readonly TestMeters meters = new();
    private readonly S3Options options;

    public SwiftBucket(S3Options options, TimeProvider? clock = null)
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
