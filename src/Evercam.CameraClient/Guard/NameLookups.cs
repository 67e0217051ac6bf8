using System.Net;
using System.Net.Sockets;

namespace Evercam.CameraClient.Guard;

/// <summary>
/// Looks up names of hosts on threads of its own. The system's look-up (getaddrinfo) holds its thread until somebody has answered: ten seconds and
/// more where nobody does. On the threads that all work shares, cameras with names would hold up every request of everybody while no name server answers.
/// </summary>
/// <param name="most">How many look-ups go on at once; 1 or more. Others wait for their turn.</param>
/// <param name="reserved">How many of those are kept for names that were not slow the last time; less than <paramref name="most"/>.</param>
/// <param name="slowFrom">From when on a look-up is a slow one.</param>
/// <param name="look">Looks up a name, and holds its thread meanwhile.</param>
internal sealed class NameLookups(int most, int reserved, TimeSpan slowFrom, Func<string, IPAddress[]> look)
{
    /// <summary>As many as may hang without holding up those that are answered. A waiting thread costs next to nothing.</summary>
    private const int Most = 256;

    private const int Reserved = 64;

    /// <summary>So many names are remembered to be slow. Beyond that, all are tried anew.</summary>
    private const int MostSlow = 100_000;

    private static readonly TimeSpan SlowFrom = TimeSpan.FromSeconds(2);

    /// <summary>How long a thread waits for work before it ends.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    /// <summary>Threads wait at it for work, which a <see cref="Lock"/> does not know.</summary>
    private readonly object gate = new();
    private readonly Dictionary<string, Lookup> underWay = [];
    private readonly Queue<Lookup> waiting = [];
    private readonly Queue<Lookup> waitingSlow = [];
    private readonly HashSet<string> slow = [];
    private int threads;
    private int idle;
    private int slowAtWork;

    /// <summary>Those of the whole process.</summary>
    public static NameLookups Shared { get; } = new(Most, Reserved, SlowFrom, Dns.GetHostAddresses);

    /// <summary>Finds the addresses of a name. Whoever asks for a name that is being looked up waits for the same answer.</summary>
    /// <param name="host">The name.</param>
    /// <param name="cancellation">Ends the wait. A look-up that nobody waits for any more does not begin; one that goes on cannot be ended.</param>
    /// <exception cref="SocketException">There is no such name, or nobody who knows.</exception>
    public async Task<IPAddress[]> FindAsync(string host, CancellationToken cancellation)
    {
        var lookup = Join(host);
        try
        {
            return await lookup.Answer.Task.WaitAsync(cancellation);
        }
        finally
        {
            lock (gate)
            {
                lookup.Waiters--;
            }
        }
    }

    private Lookup Join(string host)
    {
        lock (gate)
        {
            if (!underWay.TryGetValue(host, out var lookup))
            {
                lookup = new Lookup(host, slow.Contains(host));
                if (waiting.Count + waitingSlow.Count >= idle && threads < most)
                {
                    StartThread();
                }

                underWay.Add(host, lookup);
                (lookup.IsSlow ? waitingSlow : waiting).Enqueue(lookup);
                Monitor.Pulse(gate);
            }

            lookup.Waiters++;
            return lookup;
        }
    }

    private void StartThread()
    {
        try
        {
            new Thread(Work) { IsBackground = true, Name = "Name look-ups" }.UnsafeStart();
            threads++;
        }
        catch (OutOfMemoryException) when (threads > 0)
        {
            // The system gives no more threads: those that there are do it, one after the other.
        }
        catch (OutOfMemoryException)
        {
            throw new SocketException((int)SocketError.TryAgain);
        }
    }

    private void Work()
    {
        while (Next() is { } lookup)
        {
            var begun = TimeProvider.System.GetTimestamp();
            try
            {
                var addresses = look(lookup.Host);
                End(lookup, begun);
                lookup.Answer.SetResult(addresses);
            }
#pragma warning disable CA1031 // Whatever it is, those who wait are told.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                End(lookup, begun);
                lookup.Answer.SetException(failure);

                // If nobody waits any more, it is nobody's mistake.
                _ = lookup.Answer.Task.Exception;
            }
        }
    }

    /// <summary>The next name that somebody waits for; <see langword="null"/> if there was none for a while, and the thread may end.</summary>
    private Lookup? Next()
    {
        lock (gate)
        {
            for (var isOver = false; ;)
            {
                if (Take() is { } lookup)
                {
                    return lookup;
                }

                if (isOver)
                {
                    threads--;
                    return null;
                }

                idle++;
                isOver = !Monitor.Wait(gate, Idle);
                idle--;
            }
        }
    }

    private Lookup? Take()
    {
        while (waiting.TryDequeue(out var lookup) || (slowAtWork < most - reserved && waitingSlow.TryDequeue(out lookup)))
        {
            if (lookup.Waiters > 0)
            {
                slowAtWork += lookup.IsSlow ? 1 : 0;
                return lookup;
            }

            underWay.Remove(lookup.Host);
        }

        return null;
    }

    private void End(Lookup lookup, long begun)
    {
        var isSlow = TimeProvider.System.GetElapsedTime(begun) >= slowFrom;
        lock (gate)
        {
            underWay.Remove(lookup.Host);
            slowAtWork -= lookup.IsSlow ? 1 : 0;
            if (!isSlow)
            {
                slow.Remove(lookup.Host);
            }
            else
            {
                if (slow.Count >= MostSlow)
                {
                    slow.Clear();
                }

                slow.Add(lookup.Host);
            }
        }
    }

    private sealed class Lookup(string host, bool isSlow)
    {
        public string Host { get; } = host;

        public bool IsSlow { get; } = isSlow;

        public TaskCompletionSource<IPAddress[]> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiters { get; set; }
    }
}
