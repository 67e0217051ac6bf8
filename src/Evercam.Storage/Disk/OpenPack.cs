using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Disk;

/// <summary>A pack file that is being written. One writer at a time; flushing may happen meanwhile.</summary>
internal sealed class OpenPack : IDisposable
{
    private const int BlockLength = 512;
    private static readonly byte[] Zeros = new byte[2 * BlockLength];

    private readonly SafeFileHandle handle;
    private readonly StableStorage stable;

    public OpenPack(string path, StableStorage stable)
    {
        Path = path;
        this.stable = stable;
        handle = PackFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        Length = RandomAccess.GetLength(handle);
    }

    public string Path { get; }

    public long Length { get; private set; }

    /// <summary>Whether the names on the way to it are known to be on stable storage.</summary>
    public bool IsNamed { get; set; }

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

    /// <summary>Cuts off what lies behind, or fills up with zeros.</summary>
    public void Truncate(long length)
    {
        RandomAccess.SetLength(handle, length);
        Length = length;
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
}
