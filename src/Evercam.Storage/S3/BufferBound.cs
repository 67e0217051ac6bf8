namespace Evercam.Storage.S3;

/// <summary>How many bytes wait in memory for the bucket, and how many may. Thread-safe.</summary>
internal sealed class BufferBound(long capacity)
{
    private long taken;

    public long Taken => Volatile.Read(ref taken);

    /// <returns><see langword="false"/> if there is no room.</returns>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref taken, bytes) <= capacity)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref taken, -bytes);
}
