using System.Net;
using System.Net.Sockets;

namespace Evercam.CameraClient.Guard;

/// <summary>
/// Looks up names of hosts on threads of its own. The system's look-up (getaddrinfo) holds its thread until somebody has answered: ten seconds and
/// more where nobody does. On the threads that all work shares, cameras with names would hold up every request of everybody while no name server answers.
/// </summary>
/// <param name="most">How many look-ups go on at once; 1 or more. Others wait for their turn.</param>
/// <param name="look">Looks up a name, and holds its thread meanwhile.</param>
internal sealed class NameLookups(int most, Func<string, IPAddress[]> look)
{
    /// <summary>As many as may hang without holding up those that are answered. A waiting thread costs next to nothing.</summary>
    private const int Most = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Lookup> underWay = [];
    private readonly Queue<Lookup> waiting = [];
    private int threads;

    /// <summary>Those of the whole process.</summary>
    public static NameLookups Shared { get; } = new(Most, Dns.GetHostAddresses);

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
                lookup = new Lookup(host);
                underWay.Add(host, lookup);
                waiting.Enqueue(lookup);
                if (threads < most)
                {
                    threads++;
                    new Thread(Work) { IsBackground = true, Name = "Name look-ups" }.UnsafeStart();
                }
            }

            lookup.Waiters++;
            return lookup;
        }
    }

    private void Work()
    {
        while (Next() is { } lookup)
        {
            try
            {
                var addresses = look(lookup.Host);
                End(lookup);
                lookup.Answer.SetResult(addresses);
            }
#pragma warning disable CA1031 // Whatever it is, those who wait are told.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                End(lookup);
                lookup.Answer.SetException(failure);

                // If nobody waits any more, it is nobody's mistake.
                _ = lookup.Answer.Task.Exception;
            }
        }
    }

    /// <summary>The next name that somebody waits for; <see langword="null"/> if there is none, and the thread may end.</summary>
    private Lookup? Next()
    {
        lock (gate)
        {
            while (waiting.TryDequeue(out var lookup))
            {
                if (lookup.Waiters > 0)
                {
                    return lookup;
                }

                underWay.Remove(lookup.Host);
            }

            threads--;
            return null;
        }
    }

    private void End(Lookup lookup)
    {
        lock (gate)
        {
            underWay.Remove(lookup.Host);
        }
    }

    private sealed class Lookup(string host)
    {
        public string Host { get; } = host;

        public TaskCompletionSource<IPAddress[]> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiters { get; set; }
    }
}
