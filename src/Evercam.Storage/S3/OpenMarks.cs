using System.Collections.Concurrent;
using Evercam.Archive;

namespace Evercam.Storage.S3;

/// <summary>Which packs are open for writing, each with an empty object that says so for the next start. Thread-safe.</summary>
internal sealed class OpenMarks(Bucket bucket)
{
    /// <summary>And whether its object is there.</summary>
    private readonly ConcurrentDictionary<PackName, bool> open = new();
    private bool isLoaded;

    /// <summary>By hour ascending. Also a look whether the bucket answers, if it has not lately.</summary>
    public async Task<IReadOnlyList<PackName>> ListAsync(CancellationToken cancellation)
    {
        if (!Volatile.Read(ref isLoaded) || !bucket.HasAnsweredLately)
        {
            await foreach (var found in bucket.ListAsync(bucket.Names.OpenMarks, cancellation))
            {
                if (bucket.Names.ReadOpenMark(found.Key) is { } pack)
                {
                    open[pack] = true;
                }
            }

            Volatile.Write(ref isLoaded, true);
        }

        return [.. open.Keys.OrderBy(pack => pack.Hour).ThenBy(pack => pack.CameraKey)];
    }

    /// <summary>Looks which packs of a camera are open, whatever was known of them.</summary>
    public async Task LookAgainAsync(long cameraKey, CancellationToken cancellation)
    {
        var found = new List<PackName>();
        await foreach (var (key, _) in bucket.ListAsync(bucket.Names.OpenMarksOf(cameraKey), cancellation))
        {
            if (bucket.Names.ReadOpenMark(key) is { } pack)
            {
                found.Add(pack);
            }
        }

        foreach (var pack in open.Keys.Where(pack => pack.CameraKey == cameraKey))
        {
            open.TryRemove(pack, out _);
        }

        found.ForEach(pack => open[pack] = true);
    }

    /// <summary>A pack is written to, and nothing of it is in the bucket yet.</summary>
    public void Add(PackName pack) => open.TryAdd(pack, false);

    /// <summary>Something of it will be there next.</summary>
    public async Task StoreAsync(PackName pack, CancellationToken cancellation)
    {
        if (!open.GetValueOrDefault(pack))
        {
            await bucket.PutAsync(bucket.Names.OpenMark(pack), ReadOnlyMemory<byte>.Empty, cancellation);
            open[pack] = true;
        }
    }

    /// <summary>It is closed, or gone.</summary>
    public async Task RemoveAsync(PackName pack, CancellationToken cancellation)
    {
        if (!Volatile.Read(ref isLoaded) || open.GetValueOrDefault(pack))
        {
            await bucket.DeleteAsync(bucket.Names.OpenMark(pack), cancellation);
        }

        open.TryRemove(pack, out _);
    }

    /// <summary>All packs of a camera are gone.</summary>
    public async Task RemoveAsync(long cameraKey, CancellationToken cancellation)
    {
        foreach (var pack in await ListAsync(cancellation))
        {
            if (pack.CameraKey == cameraKey)
            {
                await RemoveAsync(pack, cancellation);
            }
        }
    }
}
