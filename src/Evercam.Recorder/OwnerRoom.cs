using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Evercam.Recorder;

/// <summary>How many bytes the cameras of each owner may still take in, until somebody looks again at what they have. What is taken while
/// somebody looks counts, and so does what was taken before and cannot be seen yet.</summary>
/// <param name="options">How much it is in all.</param>
/// <param name="staying">How much of it an owner's cameras have that does not go: asked before anything of an owner is taken in.</param>
internal sealed class OwnerRoom(IOptions<OwnerOptions> options, Func<long, Task<long>> staying)
{
    private readonly ConcurrentDictionary<long, Account> owners = new();

    /// <summary>Takes room for a picture.</summary>
    /// <param name="ownerKey">The owner.</param>
    /// <param name="bytes">What the picture takes.</param>
    /// <returns>What was taken, to be told when the picture is kept, or is not; <see langword="null"/> if there is no room. The last picture
    /// may be larger than what is left.</returns>
    /// <exception cref="IOException">Nobody has looked yet, and the database does not say what they have.</exception>
    public async ValueTask<TakenRoom?> TryTakeAsync(long ownerKey, long bytes)
    {
        if (options.Value.BytesPerOwner is not { } bound)
        {
            return default(TakenRoom);
        }

        var account = owners.GetOrAdd(ownerKey, _ => new());
        await account.FirstLookAsync(async seen => Set(seen, bound - await staying(ownerKey)));
        return account.TryTake(bytes);
    }

    /// <summary>Somebody begins to look.</summary>
    /// <returns>What can be seen, for <see cref="Set"/>.</returns>
    public SeenRoom Look(long ownerKey) => owners.GetOrAdd(ownerKey, _ => new()).Look();

    /// <summary>Somebody has looked.</summary>
    /// <param name="seen">What <see cref="Look"/> said when it began.</param>
    /// <param name="bytes">What was left then; nothing if not positive.</param>
    public static void Set(SeenRoom seen, long bytes) => seen.Account.Set(seen, bytes);

    /// <summary>Forgets all owners but these.</summary>
    public void Keep(IReadOnlySet<long> known)
    {
        foreach (var gone in owners.Keys.Where(owner => !known.Contains(owner)))
        {
            owners.TryRemove(gone, out _);
        }
    }

    /// <summary>What an owner's cameras have taken since the process began, and how far that may go.</summary>
    internal sealed class Account
    {
        private readonly Lock state = new();
        private Task looking = Task.CompletedTask;
        private bool isLookedAt;
        private long limit;
        private long taken;
        private long settled;

        /// <summary>Ends when somebody has looked. All who come meanwhile wait for one look; after one that failed, the next one
        /// looks anew.</summary>
        /// <param name="look">Looks, and says what is left by <see cref="Set"/>.</param>
        public Task FirstLookAsync(Func<SeenRoom, Task> look)
        {
            lock (state)
            {
                return isLookedAt ? Task.CompletedTask
                    : looking.IsCompleted ? looking = Task.Run(() => look(Look()))
                    : looking;
            }
        }

        public TakenRoom? TryTake(long bytes)
        {
            lock (state)
            {
                if (taken >= limit)
                {
                    return null;
                }

                taken += bytes;
                return new(this, bytes);
            }
        }

        public void Settle(long bytes)
        {
            lock (state)
            {
                settled += bytes;
            }
        }

        public SeenRoom Look()
        {
            lock (state)
            {
                return new(this, settled);
            }
        }

        public void Set(SeenRoom seen, long bytes)
        {
            lock (state)
            {
                limit = bytes > long.MaxValue - seen.Settled ? long.MaxValue : seen.Settled + bytes;
                isLookedAt = true;
            }
        }
    }
}

/// <summary>Room that was taken for one picture.</summary>
/// <param name="Account">Of whom; <see langword="null"/> where there is no bound.</param>
/// <param name="Bytes">How much.</param>
internal readonly record struct TakenRoom(OwnerRoom.Account? Account, long Bytes)
{
    /// <summary>The picture is kept, or is not: whoever looks from now on sees which.</summary>
    public void Settle() => Account?.Settle(Bytes);
}

/// <summary>What could be seen of an owner's pictures when somebody began to look.</summary>
/// <param name="Account">Of whom.</param>
/// <param name="Settled">How much had been taken by then and could be seen.</param>
internal readonly record struct SeenRoom(OwnerRoom.Account Account, long Settled);
