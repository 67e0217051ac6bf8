using System.Collections.Concurrent;

namespace Evercam.Server.Cameras;

/// <summary>The cameras whose cards could not be written since they were saved, as far as this process knows.</summary>
internal sealed class OwedCards
{
    private readonly ConcurrentDictionary<long, bool> keys = new();

    public IReadOnlyCollection<long> Keys => [.. keys.Keys];

    public void Add(long key) => keys[key] = true;

    public void Remove(long key) => keys.TryRemove(key, out _);
}
