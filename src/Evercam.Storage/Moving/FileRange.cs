using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Moving;

/// <summary>A range of a file, to be read as if it were all of it.</summary>
/// <param name="file">The file; whoever has opened it closes it.</param>
/// <param name="start">Where the range begins.</param>
/// <param name="length">How many bytes it has; the file has no fewer.</param>
internal sealed class FileRange(SafeFileHandle file, long start, long length) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        var count = RandomAccess.Read(file, buffer[..Bound(buffer.Length)], start + Position);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await RandomAccess.ReadAsync(file, buffer[..Bound(buffer.Length)], start + Position, cancellationToken);
        Position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => length,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    private int Bound(int count) => (int)Math.Clamp(length - Position, 0, count);
}
