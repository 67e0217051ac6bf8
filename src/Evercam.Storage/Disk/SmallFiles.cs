namespace Evercam.Storage.Disk;

/// <summary>The small files beside the packs, each read and replaced as a whole.</summary>
internal sealed class SmallFiles(ArchiveMark mark, StableStorage stable)
{
    /// <summary>Enough that those who write different files seldom wait for each other.</summary>
    private const int Turns = 64;

    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Turns).Select(_ => new SemaphoreSlim(1, 1))];

    /// <returns><see langword="null"/> if it is not there.</returns>
    /// <exception cref="IOException">It cannot be read, or may not.</exception>
    public byte[]? Read(string path) => PackFile.Exists(path, mark) ? PackFile.Do(() => File.ReadAllBytes(path)) : null;

    /// <summary>Replaces it: after a crash there is the one before, or this one. Of several who do so at once, each does it whole.</summary>
    /// <exception cref="IOException">It cannot be written, or may not.</exception>
    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var turn = turns[(uint)path.GetHashCode(StringComparison.Ordinal) % Turns];
        await turn.WaitAsync(cancellation);
        try
        {
            using (var handle = PackFile.Open(path + ".new", FileMode.Create, FileAccess.Write))
            {
                await RandomAccess.WriteAsync(handle, content, 0, cancellation);
                RandomAccess.FlushToDisk(handle);
            }

            PackFile.Do(() => File.Move(path + ".new", path, overwrite: true));
            stable.SyncDirectory(Path.GetDirectoryName(path)!);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Deletes it, if it is there.</summary>
    /// <exception cref="IOException">It cannot be deleted, or may not.</exception>
    public void Delete(string path)
    {
        if (PackFile.Exists(path, mark))
        {
            PackFile.Do(() => File.Delete(path));
        }
    }
}
