using System.Text.Json.Nodes;
using Evercam.Storage.S3;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Moving;

/// <summary>Where a server is moved to: a database, a bucket, or both; and with a Redis it is one of several there.</summary>
internal sealed record Target(string? Database, S3Options? Bucket, string? Redis = null)
{
    public static async Task<Target> MakeAsync(PostgresServer? postgres, SwiftServer? swift) => new(
        postgres is null ? null : await postgres.CreateEmptyDatabaseAsync(), swift is null ? null : await swift.CreateBucketAsync());

    /// <summary>The settings that say so.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings
    {
        get
        {
            if (Database is not null)
            {
                yield return new("ConnectionStrings:Evercam", Database);
            }

            if (Bucket is not null)
            {
                yield return new("Evercam:Packs", "s3");
                yield return new("Evercam:S3:ServiceUrl", Bucket.ServiceUrl!.AbsoluteUri);
                yield return new("Evercam:S3:Bucket", Bucket.Bucket);
                yield return new("Evercam:S3:Prefix", Bucket.Prefix);
                yield return new("Evercam:S3:AccessKey", Bucket.AccessKey);
                yield return new("Evercam:S3:SecretKey", Bucket.SecretKey);
                yield return new("Evercam:S3:Timeout", "00:01:00");
            }

            if (Redis is not null)
            {
                yield return new("Evercam:Cluster:Redis", Redis);
            }
        }
    }

    /// <summary>The same for a process.</summary>
    public Dictionary<string, string> Environment => Settings
        .Select(one => KeyValuePair.Create(one.Key.Replace(":", "__", StringComparison.Ordinal), one.Value!))
        .Concat(FilledServer.Calm).ToDictionary();

    /// <summary>Writes them as a file of settings.</summary>
    public async Task<string> WriteAsync(string file)
    {
        var settings = new JsonObject();
        foreach (var (name, value) in Settings)
        {
            var words = name.Split(':');
            var section = words[..^1].Aggregate(settings, (outer, word) => (JsonObject)(outer[word] ??= new JsonObject()));
            section[words[^1]] = value;
        }

        await File.WriteAllTextAsync(file, settings.ToJsonString(), TestContext.Current.CancellationToken);
        return file;
    }

    /// <summary>Each pack of a folder is one object, byte by byte.</summary>
    public async Task ExpectPacksAsync(string archive)
    {
        using var bucket = new OpenBucket(Bucket!);
        var files = Directory.GetFiles(archive, "*.tar", SearchOption.AllDirectories);
        Assert.Equal(2 * FilledServer.Hours, files.Length);
        foreach (var file in files)
        {
            var name = bucket.Bucket.Names.Prefix + Path.ChangeExtension(Path.GetRelativePath(archive, file), null) + "/";
            var found = await bucket.Bucket.ListAsync(name, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
            Assert.Equal(
                await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken),
                await bucket.Bucket.GetAsync(Assert.Single(found).Key, TestContext.Current.CancellationToken));
        }
    }
}
