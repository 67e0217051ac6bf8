using Evercam.Archive;
using Evercam.Storage.S3;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Storage;

/// <summary>Catalog and index on SQLite, packs in a bucket. A class fixture.</summary>
public abstract class S3Storage(BucketServer server) : SqliteStorage
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
        GC.SuppressFinalize(this);
    }

    /// <summary>These tests were written for a disk, where nobody gathers for long.</summary>
    private S3PackStore Open()
    {
        var bucket = new OpenBucket(new S3Options
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

public sealed class SwiftStorage(SwiftServer server) : S3Storage(server);

public sealed class CephStorage(CephServer server) : S3Storage(server);
