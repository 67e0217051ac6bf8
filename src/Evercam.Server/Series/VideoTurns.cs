using Evercam.Server.Activities;
using Evercam.Server.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Series;

/// <summary>Who may have a video made now: a few at a time, and a few wait for their turn.</summary>
internal sealed class VideoTurns(IOptions<SeriesOptions> options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim free = new(options.Value.Videos);
    private readonly Lock gate = new();
    private readonly List<(long? User, long? Client, string? Source)> callers = [];
    private int waiting;

    /// <summary>Waits for a turn, which ends when it is disposed of.</summary>
    /// <exception cref="ApiException">The caller has enough (429); too many wait, or it took too long (503).</exception>
    public async Task<IDisposable> TakeAsync(Actor who, CancellationToken cancellation)
    {
        var turn = new Turn(this, Enter(who));
        try
        {
            if (!await free.WaitAsync(TimeSpan.Zero, cancellation))
            {
                await WaitAsync(cancellation);
            }

            turn.HasBegun = true;
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
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

    /// <summary>Counts a caller in: by name, or, where nobody knows it, by address.</summary>
    private (long?, long?, string?) Enter(Actor who)
    {
        var caller = (who.UserKey, who.ClientKey, who is { UserKey: null, ClientKey: null } ? SourceNetwork.Of(who.Source) : null);
        lock (gate)
        {
            if (callers.Count(other => other == caller) >= options.Value.VideosPerCaller)
            {
                throw ApiException.TooManyRequests(options.Value.Patience);
            }

            callers.Add(caller);
        }

        return caller;
    }

    private void Leave((long?, long?, string?) caller, bool hasBegun)
    {
        lock (gate)
        {
            callers.Remove(caller);
        }

        if (hasBegun)
        {
            free.Release();
        }
    }

    private sealed class Turn(VideoTurns turns, (long?, long?, string?) caller) : IDisposable
    {
        private bool hasEnded;

        public bool HasBegun { get; set; }

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref hasEnded, true))
            {
                turns.Leave(caller, HasBegun);
            }
        }
    }
}
