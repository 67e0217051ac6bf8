using Evercam.Server.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Series;

/// <summary>Who may have a video made now: a few at a time, and a few wait for their turn.</summary>
internal sealed class VideoTurns(IOptions<SeriesOptions> options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim free = new(options.Value.Videos);
    private int waiting;

    /// <summary>Waits for a turn, which ends when it is disposed of.</summary>
    /// <exception cref="ApiException">Too many wait, or it took too long (503).</exception>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellation)
    {
        if (!await free.WaitAsync(TimeSpan.Zero, cancellation))
        {
            await WaitAsync(cancellation);
        }

        return new Turn(free);
    }

    public void Dispose() => free.Dispose();

    private async Task WaitAsync(CancellationToken cancellation)
    {
        var patience = options.Value.Patience;
        using var tired = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tired.Token, cancellation);
        try
        {
            if (Interlocked.Increment(ref waiting) > options.Value.Waiting)
            {
                throw Busy();
            }

            await free.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Busy();
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }

        ApiException Busy() => ApiException.Busy("Too many videos are being made", patience);
    }

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        private bool hasEnded;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref hasEnded, true))
            {
                free.Release();
            }
        }
    }
}
