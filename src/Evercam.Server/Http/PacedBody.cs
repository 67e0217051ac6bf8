using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>The body of a request, which must go on coming: whoever sends much at once may not be silent for as long as that would have
/// taken otherwise. What the server takes for itself, such as waiting for room, does not count.</summary>
/// <remarks>A read is never left half done: Kestrel would look for the rest of the body in the middle of it, and log an error for whoever
/// is slow or hangs up.</remarks>
internal sealed class PacedBody : Stream
{
    private readonly HttpContext context;
    private readonly PipeReader body;
    private readonly TimeProvider clock;
    private readonly TimeSpan grace;
    private readonly long leastBytes;
    private readonly CancellationTokenSource late;
    private TimeSpan left;
    private long wantedBytes;

    private PacedBody(HttpContext context, ConnectionOptions pace, TimeProvider clock)
    {
        this.context = context;
        body = context.Request.BodyReader;
        this.clock = clock;
        late = new(Timeout.InfiniteTimeSpan, clock);
        left = grace = pace.SlowestBytesPerSecond == 0 ? Timeout.InfiniteTimeSpan : pace.Grace;
        leastBytes = wantedBytes = (long)Math.Max(1, pace.SlowestBytesPerSecond * pace.Grace.TotalSeconds);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The body of a request, to be read once.</summary>
    public static Stream Of(HttpContext context)
    {
        var body = new PacedBody(
            context,
            context.RequestServices.GetRequiredService<IOptions<ConnectionOptions>>().Value,
            context.RequestServices.GetRequiredService<TimeProvider>());
        context.Response.RegisterForDispose(body);
        return body;
    }

    /// <exception cref="ApiException">It came too slowly (408), or is garbled (400).</exception>
    /// <exception cref="BadHttpRequestException">It is too large, ends too early, or is garbled.</exception>
    /// <exception cref="OperationCanceledException">Nobody sends it any more.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            var come = await NextAsync(cancellationToken);
            var part = come.Buffer.Slice(0, Math.Min(come.Buffer.Length, buffer.Length));
            part.CopyTo(buffer.Span);
            var bytes = (int)part.Length;
            body.AdvanceTo(part.End);
            if (come.IsCanceled)
            {
                // What has come with it is of no use to anybody.
                cancellationToken.ThrowIfCancellationRequested();
                throw ApiException.TooSlow();
            }

            if (bytes > 0 || come.IsCompleted)
            {
                return Count(bytes);
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        late.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<ReadResult> NextAsync(CancellationToken cancellation)
    {
        try
        {
            var reading = body.ReadAsync(CancellationToken.None);
            return reading.IsCompletedSuccessfully ? reading.Result : await WaitAsync(reading, cancellation);
        }
        catch (Exception gone) when (gone is ConnectionResetException or OperationCanceledException)
        {
            // Kestrel may hear of it later than this, and is not to look for the rest of the body until then.
            context.Abort();
            throw new ConnectionAbortedException("The connection ended before the body did.", gone);
        }
        catch (IOException garbled) when (garbled is not BadHttpRequestException)
        {
            // A size that no number holds, where Kestrel has only this word for it.
            throw ApiException.BadRequest(RequestBody.Invalid);
        }
    }

    private async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> reading, CancellationToken cancellation)
    {
        await using var leave = cancellation.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), body);
        await using var giveUp = late.Token.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), body);
        var begun = clock.GetTimestamp();
        late.CancelAfter(left);
        var come = await reading;
        late.CancelAfter(Timeout.InfiniteTimeSpan);
        if (left != Timeout.InfiniteTimeSpan)
        {
            var waited = clock.GetElapsedTime(begun);
            left = waited < left ? left - waited : TimeSpan.Zero;
        }

        return come;
    }

    /// <summary>Takes note of what has come: enough of it, and the time begins anew.</summary>
    private int Count(int bytes)
    {
        wantedBytes -= bytes;
        if (wantedBytes <= 0)
        {
            (wantedBytes, left) = (leastBytes, grace);
        }

        return bytes;
    }
}
