using System.Buffers;

namespace Evercam.CameraClient;

/// <summary>Reads the bodies of answers: a picture into one pooled buffer, a refusal into nothing.</summary>
internal static class PictureReader
{
    // Most pictures fit; for the others the buffer doubles as their bytes arrive. What a camera announces is only a promise: one
    // that announces the most and sends nothing must not hold the memory for it.
    private const int FirstGuess = 256 * 1024;

    private const int RefusalLimit = 64 * 1024;

    /// <exception cref="CameraException">Too large, or not a whole picture.</exception>
    public static async Task<CameraPicture> ReadAsync(
        HttpContent content, int sizeLimitBytes, CancellationToken cancellation)
    {
        var announced = content.Headers.ContentLength;
        if (announced > sizeLimitBytes)
        {
            throw TooLarge(sizeLimitBytes);
        }

        // One byte beyond the limit tells a picture that just fits from one that does not.
        var wanted = (int?)announced ?? (sizeLimitBytes + 1);
        var stream = await content.ReadAsStreamAsync(cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstGuess, wanted));
        try
        {
            var length = 0;
            while (length < wanted)
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, wanted);
                }

                var read = await stream.ReadAsync(
                    buffer.AsMemory(length, Math.Min(buffer.Length, wanted) - length), cancellation);
                if (read == 0)
                {
                    break;
                }

                length += read;
            }

            return Prove(buffer, length, sizeLimitBytes);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <summary>Reads what a camera says beside its refusal, so that the connection can carry the next request. A camera that
    /// says too much loses the connection.</summary>
    public static async Task SkipAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > RefusalLimit)
        {
            return;
        }

        var stream = await content.ReadAsStreamAsync(cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var skipped = 0;
            int read;
            while (skipped < RefusalLimit && (read = await stream.ReadAsync(buffer, cancellation)) > 0)
            {
                skipped += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int wanted)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(buffer.Length * 2L, wanted));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static CameraPicture Prove(byte[] buffer, int length, int sizeLimitBytes)
    {
        if (length > sizeLimitBytes)
        {
            throw TooLarge(sizeLimitBytes);
        }

        return PictureProof.TryProve(buffer.AsSpan(0, length), out var mediaType, out var flaw)
            ? new CameraPicture(buffer, length, mediaType)
            : throw CameraException.NoPicture(flaw);
    }

    private static CameraException TooLarge(int sizeLimitBytes) =>
        CameraException.NoPicture($"larger than {sizeLimitBytes} bytes");
}
