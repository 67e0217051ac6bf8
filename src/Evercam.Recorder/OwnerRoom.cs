using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Evercam.Recorder;

/// <summary>How many bytes the cameras of each owner may still take in, until somebody looks again at what they have.</summary>
internal sealed class OwnerRoom(IOptions<OwnerOptions> options)
{
    private readonly ConcurrentDictionary<long, Left> owners = new();

    /// <summary>Takes room for a picture.</summary>
    /// <returns>Whether there is any; the last picture may be larger than what is left.</returns>
    public bool TryTake(long ownerKey, long bytes) =>
        options.Value.BytesPerOwner is not { } bound || owners.GetOrAdd(ownerKey, _ => new(bound)).TryTake(bytes);

    /// <summary>Somebody has looked.</summary>
    /// <param name="ownerKey">The owner.</param>
    /// <param name="bytes">What is left; nothing if not positive.</param>
    public void Set(long ownerKey, long bytes) => owners[ownerKey] = new(bytes);

    /// <summary>Forgets all owners but these.</summary>
    public void Keep(IReadOnlySet<long> known)
    {
        foreach (var gone in owners.Keys.Where(owner => !known.Contains(owner)))
        {
            owners.TryRemove(gone, out _);
        }
    }

    private sealed class Left(long bytes)
    {
        private long left = bytes;

        public bool TryTake(long bytes)
        {
            if (Interlocked.Read(ref left) <= 0)
            {
                return false;
            }

            Interlocked.Add(ref left, -bytes);
            return true;
        }
    }
}
