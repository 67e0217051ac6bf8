using System.Buffers;

namespace Evercam.CameraClient;

/// <summary>A connection to a camera, without the lines of an answer's head that are no headers: old cameras write some, and HTTP as it is
/// implemented here would refuse the whole answer for one. All else goes through as it is.</summary>
/// <remarks>A head is what comes after something was written, up to its blank line. A camera that writes more than
/// <see cref="MaxPassedOver"/> octets of such lines means nothing well: the rest goes through, and is refused.</remarks>
/// <param name="inner">The connection, of which this one disposes.</param>
internal sealed class SloppyHeadStream(Stream inner) : Stream
{
    /// <summary>How many octets of an answer's head are passed over at most; and how long a line may be until its colon.</summary>
    internal const int MaxPassedOver = 4 * 1024;

    private static readonly SearchValues<byte> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    // Of these octets, those from start to sifted may be read; those behind them are a line that has not come to its end.
    private byte[] held = [];
    private int start;
    private int sifted;
    private int end;

    private int passedOver;
    private bool isFirstLine;
    private bool isInterim;
    private bool wasPassedOver;
    private volatile bool isHead;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (start == sifted)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);

            // Whoever waits for the next answer may have begun to before the request for it was written.
            if (buffer.IsEmpty || (!isHead && end == sifted))
            {
                return read;
            }

            if (read == 0)
            {
                (isHead, sifted) = (false, end);
                break;
            }

            Hold(buffer.Span[..read]);
            Sift();
        }

        var given = Math.Min(sifted - start, buffer.Length);
        held.AsSpan(start, given).CopyTo(buffer.Span);
        start += given;
        if (start == end)
        {
            Release();
        }

        return given;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        (passedOver, isFirstLine, isInterim, wasPassedOver) = (0, true, false, false);
        isHead = true;
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Keeps what has come behind the line that has not come to its end.</summary>
    private void Hold(ReadOnlySpan<byte> octets)
    {
        var line = held.AsSpan(sifted..end);
        var all = ArrayPool<byte>.Shared.Rent(line.Length + octets.Length);
        line.CopyTo(all);
        octets.CopyTo(all.AsSpan(line.Length));
        var length = line.Length + octets.Length;
        Release();
        (held, sifted, end) = (all, 0, length);
    }

    /// <summary>A connection that waits for its next request holds nothing.</summary>
    private void Release()
    {
        if (held.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(held);
        }

        (held, start, sifted, end) = ([], 0, 0, 0);
    }

    /// <summary>Looks at the lines that have come, and takes out those that are passed over.</summary>
    private void Sift()
    {
        while (isHead && held.AsSpan(sifted..end).IndexOf((byte)'\n') is >= 0 and var length)
        {
            var line = held.AsSpan(sifted, length + 1);
            if (MayBePassedOver(line))
            {
                passedOver += line.Length;
                held.AsSpan((sifted + line.Length)..end).CopyTo(held.AsSpan(sifted));
                end -= line.Length;
            }
            else
            {
                sifted += line.Length;
            }
        }

        if (!isHead || end - sifted > MaxPassedOver)
        {
            (isHead, sifted) = (false, end);
        }
    }

    /// <summary>Whether a line is none of an answer's head; the blank one at its end ends the looking.</summary>
    private bool MayBePassedOver(ReadOnlySpan<byte> line)
    {
        var text = line.TrimEnd("\r\n"u8);
        if (isFirstLine)
        {
            // An answer that comes before the answer has a head of its own.
            isInterim = text.Length > 9 && text.StartsWith("HTTP/1."u8) && text[9] == (byte)'1';
            isFirstLine = false;
            return false;
        }

        if (text.IsEmpty)
        {
            (isHead, isFirstLine) = (isInterim, isInterim);
            return false;
        }

        // A line that begins with a blank belongs to the one before.
        var isHeader = text[0] is (byte)' ' or (byte)'\t' ? !wasPassedOver : IsHeader(text);
        wasPassedOver = !isHeader && passedOver + line.Length <= MaxPassedOver;
        return wasPassedOver;
    }

    private static bool IsHeader(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)':') is > 0 and var colon
        && text[..colon].TrimEnd((byte)' ') is { IsEmpty: false } name
        && !name.ContainsAnyExcept(Token);
}
