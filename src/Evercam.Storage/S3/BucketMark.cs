using System.Text;
using Evercam.Archive;

namespace Evercam.Storage.S3;

/// <summary>The object that says which archive the bucket is, and so whose: a server that starts with a database that is new takes the
/// archive over under a new name, and the one before notices within a minute, before it writes anything more.</summary>
internal sealed class BucketMark(Bucket bucket, TimeProvider clock)
{
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);

    private string? known;
    private long seenAt;

    /// <summary>What it says; <see langword="null"/> if it is not there, or empty.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        var text = await bucket.GetAsync(bucket.Names.Mark, cancellation) is { } bytes ? Encoding.ASCII.GetString(bytes).Trim() : "";
        return text.Length == 0 ? null : text;
    }

    public Task WriteAsync(string id, CancellationToken cancellation) =>
        bucket.PutAsync(bucket.Names.Mark, Encoding.ASCII.GetBytes(id + "\n"), cancellation);

    /// <summary>From now on the bucket must be this archive.</summary>
    public void Expect(string id)
    {
        known = id;
        seenAt = clock.GetTimestamp();
    }

    /// <exception cref="PacksUnavailableException">It is not, or cannot be reached.</exception>
    public async Task DemandAsync(CancellationToken cancellation)
    {
        if (known is null || clock.GetElapsedTime(Volatile.Read(ref seenAt)) < Believed)
        {
            return;
        }

        if (await ReadAsync(cancellation) is var found && found != known)
        {
            throw new PacksUnavailableException(found is null
                ? $"The bucket {bucket} is not the archive: {bucket.Names.Mark} is not there."
                : $"The bucket {bucket} belongs to another database now: {bucket.Names.Mark} says so.");
        }

        Volatile.Write(ref seenAt, clock.GetTimestamp());
    }
}
