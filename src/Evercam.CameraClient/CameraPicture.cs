using System.Buffers;

namespace Evercam.CameraClient;

/// <summary>One picture as the camera sent it. Its bytes lie in a pooled buffer: dispose it once, when nobody reads them any more.</summary>
/// <remarks>A recorder fetches a hundred megabytes a second through here; a fresh array for each picture would keep the
/// garbage collector busy with nothing but large objects.</remarks>
public sealed class CameraPicture : IDisposable
{
    private readonly int length;
    private byte[]? buffer;

    internal CameraPicture(byte[] buffer, int length, string mediaType)
    {
        this.buffer = buffer;
        this.length = length;
        MediaType = mediaType;
    }

    /// <summary>The picture, byte for byte.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was given back.</exception>
    public ReadOnlyMemory<byte> Bytes => new(buffer ?? throw new ObjectDisposedException(nameof(CameraPicture)), 0, length);

    /// <summary><c>image/jpeg</c>, <c>image/png</c> or <c>image/gif</c>: what the bytes are, whatever the camera called them.</summary>
    public string MediaType { get; }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref buffer, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
