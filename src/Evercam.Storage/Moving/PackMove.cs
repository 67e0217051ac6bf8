using System.Text;
using Evercam.Archive;
using Evercam.Storage.Disk;
using Evercam.Storage.S3;

namespace Evercam.Storage.Moving;

/// <summary>Copies the packs of a folder, and what stands beside them, into a bucket that has nothing yet, or that an earlier attempt has
/// begun to fill. Until it is finished, the bucket has a mark with which no server starts on it.</summary>
/// <param name="from">The folder. Nobody changes it meanwhile.</param>
/// <param name="archive">Which archive it is.</param>
/// <param name="to">The bucket.</param>
/// <param name="mostBytes">How much of a pack goes into one object: a bucket takes 5 GiB at once, and the packs of large pictures have more.</param>
internal sealed class PackMove(PackPaths from, string archive, Bucket to, long mostBytes = 4L << 30)
{
    private const int Abreast = 4;

    private int packs;
    private int copied;
    private long bytes;

    /// <summary>Looks whether they may be copied there; changes nothing.</summary>
    /// <param name="mayBeWhole">Whether it may have all of this archive, mark included, because the rest is not finished.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StorageUnusableException">It has something else.</exception>
    public async Task LookAsync(bool mayBeWhole, CancellationToken cancellation)
    {
        var begun = await ReadAsync(to.Names.UnfinishedMove, cancellation);
        if (begun == archive || (mayBeWhole && await ReadAsync(to.Names.Mark, cancellation) == archive))
        {
            return;
        }

        if (begun is not null)
        {
            throw new StorageUnusableException($"The bucket {to} has half of another server, which evercam migrate-to has begun to move there.");
        }

        await foreach (var found in to.ListAsync(to.Names.Prefix, cancellation))
        {
            throw new StorageUnusableException($"The bucket {to} has {found.Key} already: a server is moved only where nothing is.");
        }
    }

    /// <summary>From now on the bucket is this archive's.</summary>
    public Task BeginAsync(CancellationToken cancellation) => WriteAsync(to.Names.UnfinishedMove, cancellation);

    /// <summary>Copies what is not there yet, byte by byte, and removes what the folder has no more.</summary>
    /// <param name="tell">Told the share that is done.</param>
    /// <param name="cancellation">Ends it; what was copied stays.</param>
    public async Task<MovedPacks> CopyAsync(Action<double> tell, CancellationToken cancellation)
    {
        (packs, copied, bytes) = (0, 0, 0);
        List<long> cameras = [.. from.ListCameras()];
        var all = cameras.SelectMany(camera => from.ListPacks(camera)).Sum(pack => new FileInfo(from.Of(pack)).Length);
        foreach (var camera in cameras)
        {
            await CopyAsync(camera, () => tell(all == 0 ? 1 : Volatile.Read(ref bytes) / (double)all), cancellation);
        }

        var gone = (await to.ListFoldersAsync(to.Names.Prefix, cancellation)).Select(to.Names.ReadCamera).OfType<long>().Except(cameras);
        foreach (var camera in gone)
        {
            await KeepOnlyAsync(to.Names.CameraFolder(camera), [], cancellation);
        }

        await CopyOpenMarksAsync(cancellation);
        await CopyIfThereAsync(from.Time, to.Names.Time, [], cancellation);
        return new(packs, bytes, copied);
    }

    /// <summary>All of it is there: servers may start.</summary>
    public async Task FinishAsync(CancellationToken cancellation)
    {
        await WriteAsync(to.Names.Mark, cancellation);
        await to.DeleteAsync(to.Names.UnfinishedMove, cancellation);
    }

    private async Task CopyAsync(long camera, Action progress, CancellationToken cancellation)
    {
        var there = new Dictionary<string, long>();
        await foreach (var (key, length) in to.ListAsync(to.Names.CameraFolder(camera), cancellation))
        {
            there.Add(key, length);
        }

        var wanted = new HashSet<string>();
        await CopyIfThereAsync(from.Card(camera), to.Names.Card(camera), wanted, cancellation);
        foreach (var some in from.ListPacks(camera).Chunk(Abreast))
        {
            foreach (var keys in await Task.WhenAll(some.Select(pack => CopyAsync(pack, there, cancellation))))
            {
                wanted.UnionWith(keys);
            }

            foreach (var pack in some)
            {
                await CopyIfThereAsync(from.KeptOf(pack), to.Names.KeptOf(pack), wanted, cancellation);
            }

            progress();
        }

        await to.DeleteAsync(there.Keys.Except(wanted), cancellation);
    }

    /// <summary>Puts a pack as the one object that it would be if it had been recorded there and merged, or as several that lie side by side.
    /// An object's name says of which state of the file it is a copy.</summary>
    /// <returns>The objects' names.</returns>
    private async Task<IReadOnlyList<string>> CopyAsync(PackName pack, Dictionary<string, long> there, CancellationToken cancellation)
    {
        using var file = File.OpenHandle(from.Of(pack), FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.Asynchronous);
        var (all, writtenAt) = (RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
        var (keys, isCopied) = (new List<string>(), false);
        var start = 0L;
        do
        {
#pragma warning disable CA2000 // It holds nothing: the file is closed here.
            var range = new FileRange(file, start, Math.Min(mostBytes, all - start));
#pragma warning restore CA2000
            var copy = PackObject.CopyOf(to.Names, pack, start, range.Length, writtenAt);
            if (there.GetValueOrDefault(copy.Key, -1) != range.Length)
            {
                await to.PutAsync(copy.Key, range, cancellation);
                isCopied = true;
            }

            keys.Add(copy.Key);
            start += range.Length;
            Interlocked.Add(ref bytes, range.Length);
        }
        while (start < all);

        Interlocked.Increment(ref packs);
        Interlocked.Add(ref copied, isCopied ? 1 : 0);
        return keys;
    }

    private async Task CopyOpenMarksAsync(CancellationToken cancellation)
    {
        var names = Directory.Exists(from.OpenMarks) ? Directory.EnumerateFiles(from.OpenMarks).Select(Path.GetFileName) : [];
        HashSet<string> wanted = [.. names.Select(name => PackPaths.ReadOpenMark(name!)).OfType<PackName>().Select(to.Names.OpenMark)];
        foreach (var mark in wanted)
        {
            await to.PutAsync(mark, ReadOnlyMemory<byte>.Empty, cancellation);
        }

        await KeepOnlyAsync(to.Names.OpenMarks, wanted, cancellation);
    }

    private async Task CopyIfThereAsync(string file, string key, HashSet<string> wanted, CancellationToken cancellation)
    {
        if (File.Exists(file))
        {
            await to.PutAsync(key, await File.ReadAllBytesAsync(file, cancellation), cancellation);
            wanted.Add(key);
        }
    }

    private async Task KeepOnlyAsync(string prefix, HashSet<string> wanted, CancellationToken cancellation)
    {
        var others = new List<string>();
        await foreach (var (key, _) in to.ListAsync(prefix, cancellation))
        {
            if (!wanted.Contains(key))
            {
                others.Add(key);
            }
        }

        await to.DeleteAsync(others, cancellation);
    }

    private async Task<string?> ReadAsync(string key, CancellationToken cancellation) =>
        await to.GetAsync(key, cancellation) is { } text ? Encoding.ASCII.GetString(text).Trim() : null;

    private Task WriteAsync(string key, CancellationToken cancellation) => to.PutAsync(key, Encoding.ASCII.GetBytes(archive + "\n"), cancellation);
}

/// <summary>What was moved of an archive.</summary>
/// <param name="Packs">How many packs it has.</param>
/// <param name="Bytes">How many bytes those have.</param>
/// <param name="Copied">How many were copied now; the others were there already.</param>
public sealed record MovedPacks(int Packs, long Bytes, int Copied);
