namespace Evercam.Server.Http;

/// <summary>Counts attempts by what they are aimed at or come from, within windows of time. Its memory is bounded: names are
/// hashes, however long a name someone makes up.</summary>
internal sealed class AttemptCounter(TimeSpan window, TimeProvider clock)
{
    /// <summary>Hashing passwords is too slow to fill this with accounts within a window, and nobody has so many networks: no count
    /// that matters is lost.</summary>
    private const int Capacity = 100_000;

    private readonly Lock turn = new();
    private readonly Dictionary<SecretHash, Attempts> counts = [];

    /// <summary>How many names are in memory.</summary>
    public int Length => counts.Count;

    /// <summary>Counts one attempt, if the limit allows one more.</summary>
    /// <param name="name">Whose.</param>
    /// <param name="limit">How many a window allows.</param>
    /// <param name="wait">How long until the window ends, where the limit is reached.</param>
    public bool TryCount(SecretHash name, int limit, out TimeSpan wait)
    {
        lock (turn)
        {
            if (!counts.TryGetValue(name, out var attempts) || HasEnded(attempts))
            {
                MakeRoom();
                counts[name] = attempts = new(clock.GetTimestamp());
            }

            wait = window - clock.GetElapsedTime(attempts.Since);
            if (attempts.Number >= limit)
            {
                return false;
            }

            attempts.Number++;
            return true;
        }
    }

    /// <summary>Whether the limit allows one more, without counting it.</summary>
    /// <param name="name">Whose.</param>
    /// <param name="limit">How many a window allows.</param>
    /// <param name="wait">How long until the window ends, where the limit is reached.</param>
    public bool Allows(SecretHash name, int limit, out TimeSpan wait)
    {
        lock (turn)
        {
            wait = TimeSpan.Zero;
            if (!counts.TryGetValue(name, out var attempts) || HasEnded(attempts) || attempts.Number < limit)
            {
                return true;
            }

            wait = window - clock.GetElapsedTime(attempts.Since);
            return false;
        }
    }

    /// <summary>Takes an attempt back.</summary>
    public void TakeBack(SecretHash name)
    {
        lock (turn)
        {
            if (counts.TryGetValue(name, out var attempts) && --attempts.Number <= 0)
            {
                counts.Remove(name);
            }
        }
    }

    private bool HasEnded(Attempts attempts) => clock.GetElapsedTime(attempts.Since) >= window;

    private void MakeRoom()
    {
        if (counts.Count < Capacity)
        {
            return;
        }

        foreach (var (name, attempts) in counts)
        {
            if (HasEnded(attempts))
            {
                counts.Remove(name);
            }
        }

        if (counts.Count >= Capacity)
        {
            counts.Clear();
        }
    }

    private sealed class Attempts(long since)
    {
        public long Since { get; } = since;

        public int Number { get; set; }
    }
}
