using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Activities;

/// <summary>Tells which of the many times that somebody looks at a camera are worth a line: the first in a while. Asked with each
/// picture, so it only looks into memory, which is bounded.</summary>
internal sealed class Sightings(IOptions<ActivityOptions> options, TimeProvider clock)
{
    private const int Capacity = 100_000;

    private readonly ShortMemory<Sighting, bool> recent = new(options.Value.Pause, Capacity, clock);
    private readonly ShortMemory<long, Crowd> crowds = new(options.Value.Pause, Capacity, clock);

    /// <summary>Whether it is news that this actor does this to this camera.</summary>
    public bool IsNews(Actor actor, ActivityKind kind, long cameraKey)
    {
        var sighting = new Sighting(cameraKey, kind, actor);
        if (recent.TryGet(sighting, out _) || (actor is { UserKey: null, ClientKey: null } && IsCrowded(cameraKey)))
        {
            return false;
        }

        recent.Keep(recent.Ticket, sighting, true);
        return true;
    }

    private bool IsCrowded(long cameraKey)
    {
        if (!crowds.TryGet(cameraKey, out var crowd))
        {
            crowd = new();
            crowds.Keep(crowds.Ticket, cameraKey, crowd);
        }

        return Interlocked.Increment(ref crowd.Size) > options.Value.AnonymousPerPause;
    }

    private readonly record struct Sighting(long CameraKey, ActivityKind Kind, Actor Actor);

    private sealed class Crowd
    {
        public int Size;
    }
}
