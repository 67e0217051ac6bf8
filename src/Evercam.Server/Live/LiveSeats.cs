using Evercam.Server.Activities;
using Evercam.Server.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Live;

/// <summary>Counts who watches, so that no caller, no address and no camera takes all the room there is for live streams. Nobody queues:
/// who finds no seat tries again.</summary>
internal sealed class LiveSeats(IOptions<LiveOptions> options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock turn = new();
    private readonly HashSet<Seat> taken = [];

    /// <summary>Takes a seat, which is free again when the result is disposed of.</summary>
    /// <exception cref="ApiException">The caller, or its address, has enough (429), or there are none left (503).</exception>
    public IDisposable Take(Actor who, long cameraKey)
    {
        var seat = new Seat(this, (who.UserKey, who.ClientKey), SourceNetwork.Of(who.Source), cameraKey);
        var isKnown = seat.Caller != default;
        lock (turn)
        {
            if ((isKnown && taken.Count(other => other.Caller == seat.Caller) >= options.Value.StreamsPerCaller)
                || taken.Count(other => other.Source == seat.Source) >= options.Value.StreamsPerSource)
            {
                throw ApiException.TooManyRequests(Pause);
            }

            if (taken.Count >= options.Value.Streams
                || taken.Count(other => other.CameraKey == cameraKey) >= options.Value.StreamsPerCamera)
            {
                throw ApiException.Busy("Too many live streams", Pause);
            }

            taken.Add(seat);
        }

        return seat;
    }

    private void Leave(Seat seat)
    {
        lock (turn)
        {
            taken.Remove(seat);
        }
    }

    private sealed class Seat(LiveSeats seats, (long? User, long? Client) caller, string source, long cameraKey) : IDisposable
    {
        public (long? User, long? Client) Caller => caller;

        public string Source => source;

        public long CameraKey => cameraKey;

        public void Dispose() => seats.Leave(this);
    }
}
