using System.Threading.Channels;
using Evercam.Recorder;
using Evercam.Server.Http;

namespace Evercam.Server.Live;

/// <summary>Someone who watches a camera. Of pictures that come faster than they can be shown, the newest counts.</summary>
/// <param name="interval">How long from one picture to the next, at least.</param>
internal sealed class LiveViewer(TimeSpan interval)
{
    /// <summary>A picture may come this much of the interval early: cameras keep no beat.</summary>
    private const double Slack = 0.25;

    private readonly Channel<LivePicture> next = Channel.CreateBounded<LivePicture>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private DateTimeOffset shownAt = DateTimeOffset.MinValue;

    public TimeSpan Interval => interval;

    /// <summary>Takes a picture, or leaves it if it comes too soon after the last one.</summary>
    public void Offer(LivePicture picture)
    {
        if ((picture.FetchedAt - shownAt).Duration() >= interval * (1 - Slack))
        {
            shownAt = picture.FetchedAt;
            next.Writer.TryWrite(picture);
        }
    }

    /// <summary>Waits for the next picture.</summary>
    /// <returns><see langword="null"/> if none came in this time.</returns>
    public Task<LivePicture?> NextAsync(TimeSpan within, TimeProvider clock, CancellationToken cancellation) =>
        next.Reader.ReadWithinAsync(within, clock, cancellation);
}
