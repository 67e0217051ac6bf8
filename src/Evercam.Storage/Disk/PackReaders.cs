using System.Collections.Concurrent;
using Evercam.Archive;
using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Disk;

/// <summary>The packs that were read lately, kept open: opening a file costs more than reading a picture from it.</summary>
internal sealed class PackReaders(PackPaths paths, ArchiveMark mark, int capacity) : IDisposable
{
    private readonly ConcurrentDictionary<PackName, Reader> readers = new();
    private readonly Lock opening = new();
    private long uses;

    /// <summary>Reads up to a buffer; 0 if there is no such pack. A pack that is dropped meanwhile is read to the end.</summary>
    public int Read(PackName pack, long offset, Span<byte> buffer)
    {
        while (Find(pack) is { } reader)
        {
            try
            {
                return reader.Read(offset, buffer);
            }
            catch (ObjectDisposedException)
            {
                // Dropped between the look-up and the read: open it again, or find it gone.
            }
        }

        return 0;
    }

    /// <summary>Fills both buffers, one after the other, from one file: looking what its name means costs as much as some reads.</summary>
    /// <returns>Whether there was enough for both.</returns>
    public bool ReadBoth(PackName pack, (long Offset, Memory<byte> Buffer) first, (long Offset, Memory<byte> Buffer) second)
    {
        while (Find(pack) is { } reader)
        {
            try
            {
                return reader.Read(first.Offset, first.Buffer.Span) == first.Buffer.Length
                    && reader.Read(second.Offset, second.Buffer.Span) == second.Buffer.Length;
            }
            catch (ObjectDisposedException)
            {
                // As above.
            }
        }

        return false;
    }

    /// <summary>Runs a change that makes an open file stale (deletion), and closes that file.</summary>
    public void Drop(Func<PackName, bool> which, Action change)
    {
        lock (opening)
        {
            change();
            foreach (var pack in readers.Keys.Where(which))
            {
                Close(pack);
            }
        }
    }

    public void Dispose() => Drop(_ => true, () => { });

    private Reader? Find(PackName pack)
    {
        if (FindOpen(pack) is { } known)
        {
            return known;
        }

        lock (opening)
        {
            if (FindOpen(pack) is { } opened)
            {
                return opened;
            }

            Close(pack);
            Trim();
            var path = paths.Of(pack);
            return PackFile.Exists(path, mark) ? readers[pack] = new Reader(path) { LastUse = Interlocked.Increment(ref uses) } : null;
        }
    }

    private Reader? FindOpen(PackName pack)
    {
        if (!readers.TryGetValue(pack, out var known) || !known.HasName)
        {
            return null;
        }

        known.LastUse = Interlocked.Increment(ref uses);
        return known;
    }

    /// <summary>Closes the quarter that was unused for longest.</summary>
    private void Trim()
    {
        if (readers.Count < capacity)
        {
            return;
        }

        foreach (var (pack, _) in readers.OrderBy(r => r.Value.LastUse).Take(Math.Max(1, capacity / 4)).ToList())
        {
            Close(pack);
        }
    }

    private void Close(PackName pack)
    {
        if (readers.TryRemove(pack, out var reader))
        {
            reader.Dispose();
        }
    }

    private sealed class Reader : IDisposable
    {
        private readonly string path;
        private readonly SafeFileHandle handle;
        private readonly FileIdentity identity;

        public Reader(string path)
        {
            this.path = path;
            handle = PackFile.Open(path, FileMode.Open, FileAccess.Read, FileOptions.RandomAccess);
            identity = Posix.Identify(path, handle);
        }

        /// <summary>Whether its name still means this file. Somebody may have put back another one, in which other pictures are deleted
        /// and others lie at the same places.</summary>
        public bool HasName => Posix.Identify(path) == identity;

        public long LastUse { get; set; }

        /// <summary>Reads up to a buffer. Deleting a file that is being read is allowed: the last reader finishes.</summary>
        /// <exception cref="ObjectDisposedException">It was dropped.</exception>
        public int Read(long offset, Span<byte> buffer)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        }

        public void Dispose() => handle.Dispose();
    }
}
