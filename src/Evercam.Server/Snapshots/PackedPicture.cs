using Evercam.Archive;

namespace Evercam.Server.Snapshots;

/// <summary>A stored picture as a stream: whoever reads a part of it has no more than that in memory.</summary>
/// <param name="archive">Where the bytes come from.</param>
/// <param name="snapshot">Which picture.</param>
/// <param name="gone">Told when the picture is not there any more.</param>
internal sealed class PackedPicture(SnapshotArchive archive, Snapshot snapshot, Func<Exception> gone) : Stream
{
    private int position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => snapshot.Address.Length;

    public override long Position
    {
        get => position;
        set => position = (int)Math.Clamp(value, 0, Length);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var length = (int)Math.Min(buffer.Length, Length - position);
        if (length == 0)
        {
            return 0;
        }

        if (!await archive.ReadPieceAsync(snapshot, position, buffer[..length], cancellationToken))
        {
            throw gone();
        }

        position += length;
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => Length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
