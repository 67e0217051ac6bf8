using System.Threading.Channels;
using Evercam.Server.Http;
using Evercam.Server.Notices;

namespace Evercam.Server.Events;

/// <summary>Someone who reads a stream of events. One that falls too far behind gets no more: it comes back, and says where it
/// was.</summary>
/// <param name="caller">Who.</param>
/// <param name="begins">Notices after this one come by themselves; those before must be looked up.</param>
internal sealed class EventReader(Caller caller, long begins)
{
    private const int Backlog = 500;

    private readonly Channel<ToldNotice> next = Channel.CreateBounded<ToldNotice>(
        new BoundedChannelOptions(Backlog) { SingleReader = true, SingleWriter = true });

    public long Begins => begins;

    public bool IsOf(Caller other) => caller.UserKey == other.UserKey && caller.ClientKey == other.ClientKey;

    public void Offer(ToldNotice notice)
    {
        if (!next.Writer.TryWrite(notice))
        {
            next.Writer.TryComplete();
        }
    }

    /// <summary>Waits for the next notice.</summary>
    /// <returns><see langword="null"/> if none came in this time.</returns>
    /// <exception cref="ChannelClosedException">The reader fell too far behind.</exception>
    public Task<ToldNotice?> NextAsync(TimeSpan within, TimeProvider clock, CancellationToken cancellation) =>
        next.Reader.ReadWithinAsync(within, clock, cancellation);
}
