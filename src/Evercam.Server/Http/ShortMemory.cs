using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Evercam.Server.Http;

/// <summary>
/// Remembers answers for a short while, and forgets at once what changed. Reading takes no lock. Whoever looks
/// something up to remember it takes a ticket first: what was forgotten in between is not remembered again from an
/// older look.
/// </summary>
/// <param name="span">How long; zero remembers nothing.</param>
/// <param name="capacity">How many; when that is reached, memory begins anew.</param>
/// <param name="clock">Tells how long ago something was remembered.</param>
internal sealed class ShortMemory<TKey, TValue>(TimeSpan span, int capacity, TimeProvider clock)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Entry> entries = new();
    private readonly Lock writing = new();
    private long forgotten;

    /// <summary>To be taken before the look-up whose result is handed to <see cref="Keep"/>.</summary>
    public long Ticket => Volatile.Read(ref forgotten);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (entries.TryGetValue(key, out var entry) && IsFresh(entry))
        {
            value = entry.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Remembers, unless anything was forgotten since the ticket was taken.</summary>
    public void Keep(long ticket, TKey key, TValue value)
    {
        lock (writing)
        {
            if (ticket != forgotten)
            {
                return;
            }

            if (entries.Count >= capacity)
            {
                Remove(entry => !IsFresh(entry));
                if (entries.Count >= capacity)
                {
                    entries.Clear();
                }
            }

            entries[key] = new(value, clock.GetTimestamp());
        }
    }

    public void Forget(Func<TValue, bool> which)
    {
        lock (writing)
        {
            forgotten++;
            Remove(entry => which(entry.Value));
        }
    }

    private bool IsFresh(Entry entry) => clock.GetElapsedTime(entry.Since) < span;

    private void Remove(Func<Entry, bool> which)
    {
        foreach (var (key, entry) in entries)
        {
            if (which(entry))
            {
                entries.TryRemove(key, out _);
            }
        }
    }

    private sealed record Entry(TValue Value, long Since);
}
