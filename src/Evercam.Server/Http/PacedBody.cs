using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>The body of a request, which must go on coming: whoever sends much at once may not be silent for as long as that would have
/// taken otherwise. What the server takes for itself, such as waiting for room, does not count.</summary>
internal sealed class PacedBody : Stream
{
    private readonly Stream body;
    private readonly TimeProvider clock;
    private readonly TimeSpan grace;
    private readonly long leastBytes;
    private readonly CancellationTokenSource late;
    private TimeSpan left;
    private long wantedBytes;

    private PacedBody(HttpContext context, ConnectionOptions pace, TimeProvider clock)
    {
        body = context.Request.Body;
        this.clock = clock;
        late = new(Timeout.InfiniteTimeSpan, clock);
        left = grace = pace.Grace;
        leastBytes = wantedBytes = (long)Math.Max(1, pace.SlowestBytesPerSecond * pace.Grace.TotalSeconds);
        context.Response.RegisterForDispose(this);
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
        var pace = context.RequestServices.GetRequiredService<IOptions<ConnectionOptions>>().Value;
#pragma warning disable CA2000 // It goes with the request.
        return pace.SlowestBytesPerSecond == 0
            ? context.Request.Body
            : new PacedBody(context, pace, context.RequestServices.GetRequiredService<TimeProvider>());
#pragma warning restore CA2000
    }

    /// <exception cref="ApiException">It came too slowly (408).</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = body.ReadAsync(buffer, late.Token);
        return reading.IsCompletedSuccessfully ? ValueTask.FromResult(Count(reading.Result)) : WaitAsync(reading, cancellationToken);
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

    private async ValueTask<int> WaitAsync(ValueTask<int> reading, CancellationToken cancellation)
    {
        await using var leave = cancellation.UnsafeRegister(static late => ((CancellationTokenSource)late!).Cancel(), late);
        var begun = clock.GetTimestamp();
        late.CancelAfter(left);
        try
        {
            var bytes = await reading;
            late.CancelAfter(Timeout.InfiniteTimeSpan);
            var waited = clock.GetElapsedTime(begun);
            left = waited < left ? left - waited : TimeSpan.Zero;
            return Count(bytes);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw ApiException.TooSlow();
        }
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
