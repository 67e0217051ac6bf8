using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Activities;

/// <summary>Tells which of the many times that somebody looks at a camera are worth a line: the first in a while, and of a crowd
/// no more than its limit, so that nobody can fill the log by looking. Asked with each picture, so it only looks into memory,
/// which is bounded.</summary>
internal sealed class Sightings(IOptions<ActivityOptions> options, TimeProvider clock)
{
    private const int Capacity = 100_000;

    private readonly ActivityOptions limits = options.Value;
    private readonly ShortMemory<Sighting, bool> recent = new(options.Value.Pause, Capacity, clock);
    private readonly ShortMemory<Onlooker, Tally> onlookers = new(options.Value.Pause, Capacity, clock);
    private readonly ShortMemory<long, Tally> known = new(options.Value.Pause, Capacity, clock);

    /// <summary>Whether it is news that this actor does this to this camera. One who moves about within a network is the same.</summary>
    public bool IsNews(Actor actor, ActivityKind kind, long cameraKey)
    {
        var onlooker = new Onlooker(cameraKey, actor.UserKey, actor.ClientKey);
        var sighting = new Sighting(onlooker, kind, SourceNetwork.Of(actor.Source));
        if (recent.TryGet(sighting, out _) || IsCrowded(onlooker))
        {
            return false;
        }

        recent.Keep(recent.Ticket, sighting, true);
        return true;
    }

    /// <summary>Strangers and known callers are counted apart: strangers cannot keep those who are known out of the log.</summary>
    private bool IsCrowded(Onlooker onlooker) => onlooker.IsStranger
        ? Exceeds(onlookers, onlooker, limits.AnonymousPerPause)
        : Exceeds(onlookers, onlooker, limits.CallerPerPause) || Exceeds(known, onlooker.CameraKey, limits.KnownPerPause);

    private static bool Exceeds<TKey>(ShortMemory<TKey, Tally> tallies, TKey key, int limit)
        where TKey : notnull
    {
        if (!tallies.TryGet(key, out var tally))
        {
            tally = new();
            tallies.Keep(tallies.Ticket, key, tally);
        }

        return Interlocked.Increment(ref tally.Count) > limit;
    }

    private readonly record struct Onlooker(long CameraKey, long? UserKey, long? ClientKey)
    {
        public bool IsStranger => this is { UserKey: null, ClientKey: null };
    }

    private readonly record struct Sighting(Onlooker Onlooker, ActivityKind Kind, string Network);

    private sealed class Tally
    {
        public int Count;
    }
}
