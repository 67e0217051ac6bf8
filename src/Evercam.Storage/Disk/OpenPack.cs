using Evercam.Archive;
using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Disk;

/// <summary>A pack file that is being written. One writer at a time; flushing may happen meanwhile.</summary>
internal sealed class OpenPack : IDisposable
{
    private const int BlockLength = 512;
    private static readonly byte[] Zeros = new byte[2 * BlockLength];

    private readonly SafeFileHandle handle;
    private readonly StableStorage stable;
    private readonly FileIdentity identity;
    private bool isMoved;

    public OpenPack(string path, StableStorage stable)
    {
        Path = path;
        this.stable = stable;
        handle = PackFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        identity = Posix.Identify(path, handle);
        Length = RandomAccess.GetLength(handle);
    }

    public string Path { get; }

    public long Length { get; private set; }

    /// <summary>Whether the names on the way to it are known to be on stable storage.</summary>
    public bool IsNamed { get; set; }

    /// <summary>How often the sync of the whole file system had failed when this one was last synced by itself.</summary>
    public int SeenFailures { get; set; }

    /// <summary>Why its bytes were once not put on stable storage; <see langword="null"/> if they always were. Linux tells of pages that it could
    /// not write once, and takes them for written from then on: no later sync says anything of what was added since the last good one.</summary>
    public IOException? Failure { get; private set; }

    /// <summary>Whether nothing may be added to it before it is opened anew. Its name was found to mean another file, or none: somebody has
    /// moved it, or put back another one. Or somebody has cut it: whatever came next would make it long again, with a hole that nobody
    /// sees. Or a sync has failed.</summary>
    public bool IsReplaced => isMoved || Failure is not null || RandomAccess.GetLength(handle) < Length;

    /// <summary>A sync has failed, and no later one counts.</summary>
    public void Fail(IOException reason) => Failure ??= reason;

    /// <summary>Looks whether what was written can be found under its name.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public void DemandName()
    {
        isMoved = Posix.Identify(Path) != identity;
        if (isMoved)
        {
            throw new IOException($"{Path} is no more the file that was opened.");
        }
    }

    /// <summary>Adds an entry. Its first block is written last: until then a reader sees the end of the archive there, and never half
    /// an entry as a whole one.</summary>
    public long Append(ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> picture)
    {
        var offset = Length;
        var padding = (BlockLength - (picture.Length % BlockLength)) % BlockLength;
        try
        {
            RandomAccess.Write(handle, [header[BlockLength..], picture, Zeros.AsMemory(0, padding)], offset + BlockLength);
            RandomAccess.Write(handle, header.Span[..BlockLength], offset);
        }
        catch
        {
            RandomAccess.SetLength(handle, offset);
            throw;
        }

        Length = offset + header.Length + picture.Length + padding;
        return offset;
    }

    /// <summary>Cuts off what lies behind an end.</summary>
    public void Truncate(long end)
    {
        if (end < Length)
        {
            RandomAccess.SetLength(handle, end);
            Length = end;
        }
    }

    /// <summary>Fills the places of entries that are not all there with zeros.</summary>
    /// <returns>How many they are.</returns>
    public int HoldPlaces(IEnumerable<PackAddress> entries)
    {
        Length = RandomAccess.GetLength(handle);
        var lost = entries.Where(entry => entry.End > Length).ToList();
        if (lost.Count > 0)
        {
            foreach (var half in lost.Where(entry => entry.Offset < Length))
            {
                WriteZeros(half.Offset, Length);
            }

            // Before the file grows: its new length must not survive a crash that the zeros do not.
            Flush();
            Length = lost.Max(entry => entry.End);
            RandomAccess.SetLength(handle, Length);
        }

        return lost.Count;
    }

    public void Flush() => stable.SyncFile(Path, handle);

    /// <summary>Adds TAR's end mark, two blocks of zeros. Nothing may be added after that.</summary>
    public void Seal()
    {
        // What an entry that failed may have left behind must not stand behind the end.
        RandomAccess.SetLength(handle, Length);
        RandomAccess.Write(handle, Zeros, Length);
    }

    public void Dispose() => handle.Dispose();

    private void WriteZeros(long from, long end)
    {
        for (var offset = from; offset < end; offset += Zeros.Length)
        {
            RandomAccess.Write(handle, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, end - offset)), offset);
        }
    }
}
