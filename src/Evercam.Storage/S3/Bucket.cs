using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Evercam.Archive;

namespace Evercam.Storage.S3;

/// <summary>An object that was listed.</summary>
internal readonly record struct ListedObject(string Key, long Length);

/// <summary>The requests to a bucket, each bounded in time and counted. Whatever is wrong with it (it does not answer, refuses, or is not
/// there) is a <see cref="PacksUnavailableException"/>: another request would fail for the same reason.</summary>
/// <remarks>OpenStack Swift's S3 layer knows neither the newer checksums nor bodies in chunks that are signed one by one, nor wants
/// deletions of many at once.</remarks>
internal sealed class Bucket : IDisposable
{
    private const long BytesPerSecond = 1 << 20;

    private readonly AmazonS3Client client;
    private readonly S3Options options;
    private readonly S3Requests requests;
    private long answeredAt = long.MinValue;

    public Bucket(S3Options options, S3Requests requests)
    {
        (this.options, this.requests) = (options, requests);
        var config = new AmazonS3Config
        {
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 1,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (options.ServiceUrl is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            config.ServiceURL = options.ServiceUrl.AbsoluteUri;
            config.AuthenticationRegion = options.Region;
            config.ForcePathStyle = true;
        }

        client = string.IsNullOrEmpty(options.AccessKey)
            ? new AmazonS3Client(config)
            : new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
        Names = new ObjectNames(options.Prefix);
    }

    public ObjectNames Names { get; }

    /// <summary>Whether the last request was answered, not long ago.</summary>
    public bool HasAnsweredLately =>
        Volatile.Read(ref answeredAt) is not long.MinValue and var at && TimeProvider.System.GetElapsedTime(at) < options.Timeout;

    /// <summary>The bucket, for people.</summary>
    public override string ToString() => $"{options.Bucket}/{options.Prefix}";

    /// <summary>The content of a small object; <see langword="null"/> if it is not there.</summary>
    public async Task<byte[]?> GetAsync(string key, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        return await CopyAsync(key, null, content, 0, cancellation) ? content.ToArray() : null;
    }

    /// <summary>Reads a part of an object.</summary>
    /// <returns>Fewer bytes than asked for if it ends before; <see langword="null"/> if it is not there.</returns>
    public async Task<byte[]?> ReadAsync(string key, long offset, int length, CancellationToken cancellation)
    {
        using var content = new MemoryStream(length);
        if (!await CopyAsync(key, new ByteRange(offset, offset + length - 1), content, length, cancellation))
        {
            return null;
        }

        return content.Length == content.Capacity ? content.GetBuffer() : content.ToArray();
    }

    /// <summary>Copies a part of an object into a stream.</summary>
    /// <returns><see langword="false"/> if the object is not there.</returns>
    public Task<bool> CopyAsync(string key, long offset, long length, Stream target, CancellationToken cancellation) =>
        CopyAsync(key, new ByteRange(offset, offset + length - 1), target, length, cancellation);

    /// <summary>Puts an object: when this returns it is there, whole, and survives a crash.</summary>
    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var bytes = MemoryMarshal.TryGetArray(content, out var array) ? array : new ArraySegment<byte>(content.ToArray());
        using var stream = new MemoryStream(bytes.Array ?? [], bytes.Offset, bytes.Count, writable: false);
        await PutAsync(key, stream, cancellation);
    }

    /// <summary>Puts what a stream holds from its begin on.</summary>
    public Task PutAsync(string key, Stream content, CancellationToken cancellation) => AskAsync(
        "put",
        content.Length,
        async leave =>
        {
            var put = new PutObjectRequest
            {
                BucketName = options.Bucket,
                Key = key,
                InputStream = content,
                ContentType = "application/octet-stream",
                AutoCloseStream = false,
                UseChunkEncoding = false,
            };
            content.Position = 0;
            await client.PutObjectAsync(put, leave);
            return true;
        },
        cancellation);

    /// <summary>Deletes an object. Not finding it is success.</summary>
    public Task DeleteAsync(string key, CancellationToken cancellation) => AskAsync(
        "delete",
        0,
        async leave =>
        {
            await client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = options.Bucket, Key = key }, leave);
            return true;
        },
        cancellation);

    /// <summary>Deletes objects, some at once.</summary>
    public Task DeleteAsync(IEnumerable<string> keys, CancellationToken cancellation) => Parallel.ForEachAsync(
        keys,
        new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation },
        async (key, leave) => await DeleteAsync(key, leave));

    /// <summary>The objects whose names begin so, by name ascending.</summary>
    public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var page in ListPagesAsync(prefix, null, cancellation))
        {
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new ListedObject(found.Key, found.Size ?? 0);
            }
        }
    }

    /// <summary>What the names that begin so continue with up to the next slash.</summary>
    public async Task<IReadOnlyList<string>> ListFoldersAsync(string prefix, CancellationToken cancellation)
    {
        var folders = new List<string>();
        await foreach (var page in ListPagesAsync(prefix, "/", cancellation))
        {
            folders.AddRange(page.CommonPrefixes ?? []);
        }

        return folders;
    }

    public void Dispose() => client.Dispose();

    private async IAsyncEnumerable<ListObjectsV2Response> ListPagesAsync(
        string prefix, string? delimiter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            var asked = new ListObjectsV2Request
            {
                BucketName = options.Bucket,
                Prefix = prefix,
                Delimiter = delimiter,
                ContinuationToken = next,
            };
            var page = await AskAsync("list", 0, leave => client.ListObjectsV2Async(asked, leave), cancellation)
                ?? throw new PacksUnavailableException($"The bucket {options.Bucket} is not there.");
            yield return page;
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    private async Task<bool> CopyAsync(string key, ByteRange? range, Stream target, long expected, CancellationToken cancellation)
    {
        var begun = target.Position;
        return await AskAsync(
            "get",
            expected,
            async leave =>
            {
                target.Position = begun;
                using var answer = await client.GetObjectAsync(
                    new GetObjectRequest { BucketName = options.Bucket, Key = key, ByteRange = range }, leave);
                await answer.ResponseStream.CopyToAsync(target, leave);
                return "there";
            },
            cancellation) is not null;
    }

    private static bool IsAbsent(AmazonS3Exception failure) => failure.StatusCode switch
    {
        HttpStatusCode.NotFound => failure.ErrorCode != "NoSuchBucket",
        HttpStatusCode.RequestedRangeNotSatisfiable => true,
        _ => false,
    };

    /// <returns>Nothing if what was asked for is not there.</returns>
    private async Task<T?> AskAsync<T>(string kind, long bytes, Func<CancellationToken, Task<T>> request, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(options.Timeout + TimeSpan.FromSeconds(bytes / BytesPerSecond));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        requests.Count(kind, bytes);
        try
        {
            var answer = await request(either.Token);
            Volatile.Write(ref answeredAt, TimeProvider.System.GetTimestamp());
            return answer;
        }
        catch (AmazonS3Exception absent) when (IsAbsent(absent))
        {
            return default;
        }
        catch (Exception failure) when (
            failure is AmazonServiceException or AmazonClientException or HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            Volatile.Write(ref answeredAt, long.MinValue);
            requests.CountFailure(kind);
            throw new PacksUnavailableException(
                failure is OperationCanceledException
                    ? $"The bucket {this} does not answer in time."
                    : $"The bucket {this} cannot be used: {failure.Message}",
                failure);
        }
    }
}
