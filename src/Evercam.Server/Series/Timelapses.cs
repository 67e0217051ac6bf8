using Evercam.Server.Activities;
using Evercam.Server.Http;

namespace Evercam.Server.Series;

/// <summary>All time-lapses that were ordered and are not deleted: in memory, and on the disk for the next start.</summary>
internal sealed class Timelapses(TimelapseFolder folder, TimeProvider clock) : IDisposable
{
    /// <summary>How many may wait or be made, of one caller and of all.</summary>
    private const int MostOfOne = 10;
    private const int MostOfAll = 100;

    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Timelapse> all = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim ordered = new(0);
    private volatile TimelapseRun? run;

    /// <summary>Reads what the process before this one left. What it was making has failed, honestly.</summary>
    public void Start()
    {
        lock (gate)
        {
            foreach (var left in folder.ReadAll())
            {
                all[left.Id] = left;
                if (left.Status == TimelapseStatus.Running)
                {
                    Keep(left with { Status = TimelapseStatus.Failed, EndedAt = clock.GetUtcNow(), Reason = "The server was stopped while it was made" });
                }
            }
        }
    }

    /// <summary>Notes what is to be made. When this returns, it survives a crash.</summary>
    /// <exception cref="ApiException">The caller has too many that wait (429), or all together have, or it cannot be noted (503).</exception>
    public Timelapse Order(long cameraKey, VideoRequest order, Actor actor)
    {
        Timelapse timelapse;
        lock (gate)
        {
            ThrowIfMany(actor);
            var now = Now();
            timelapse = new Timelapse
            {
                Id = Guid.CreateVersion7(now).ToString("n"),
                CameraKey = cameraKey,
                Order = order,
                UserKey = actor.UserKey,
                ClientKey = actor.ClientKey,
                OrderedAt = now,
            };
            Begin(timelapse);
        }

        ordered.Release();
        return timelapse;
    }

    /// <summary>Those of a camera that somebody ordered, the latest first.</summary>
    public IReadOnlyList<Timelapse> List(long cameraKey, Actor actor)
    {
        lock (gate)
        {
            return [.. all.Values.Where(one => one.IsOf(cameraKey, actor)).Reverse()];
        }
    }

    /// <summary>One of them; <see langword="null"/> if there is none, or it is somebody else's.</summary>
    public Timelapse? Find(string id, long cameraKey, Actor actor)
    {
        lock (gate)
        {
            return all.TryGetValue(id, out var found) && found.IsOf(cameraKey, actor) ? found : null;
        }
    }

    /// <summary>How much of it is made, from 0 to 1.</summary>
    public double ProgressOf(Timelapse timelapse) => timelapse.Status switch
    {
        TimelapseStatus.Done => 1,
        TimelapseStatus.Running when run is { } now && now.Id == timelapse.Id => now.Progress,
        _ => 0,
    };

    /// <summary>All of them, oldest first.</summary>
    public IReadOnlyList<Timelapse> ListAll()
    {
        lock (gate)
        {
            return [.. all.Values];
        }
    }

    /// <summary>Forgets one, with its video; one that is being made ends.</summary>
    public void Delete(string id)
    {
        lock (gate)
        {
            if (run?.Id == id)
            {
                run.End();
            }

            all.Remove(id);
            folder.Delete(id);
        }
    }

    /// <summary>Waits for the next one to be made, and begins it.</summary>
    public async Task<(Timelapse Timelapse, TimelapseRun Run)> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            lock (gate)
            {
                if (all.Values.FirstOrDefault(one => one.Status == TimelapseStatus.Waiting) is { } next)
                {
                    Keep(next with { Status = TimelapseStatus.Running });
                    var begun = new TimelapseRun(next.Id, cancellation);
                    run = begun;
                    return (next, begun);
                }
            }

            await ordered.WaitAsync(cancellation);
        }
    }

    /// <summary>Notes what became of the one that was being made, unless it was deleted meanwhile.</summary>
    public void End(TimelapseRun ended, Func<Timelapse, Timelapse> result)
    {
        lock (gate)
        {
            run = null;
            if (all.TryGetValue(ended.Id, out var timelapse))
            {
                Keep(result(timelapse) with { EndedAt = clock.GetUtcNow() });
            }
            else
            {
                folder.Delete(ended.Id);
            }
        }
    }

    public void Dispose()
    {
        run?.Dispose();
        ordered.Dispose();
    }

    private void ThrowIfMany(Actor actor)
    {
        var waiting = all.Values.Where(one => one.EndedAt is null).ToList();
        if (waiting.Count(one => (one.UserKey, one.ClientKey) == (actor.UserKey, actor.ClientKey)) >= MostOfOne)
        {
            throw ApiException.TooManyRequests(TryAgain);
        }

        if (waiting.Count >= MostOfAll)
        {
            throw ApiException.Busy("Too many time-lapses wait to be made", TryAgain);
        }
    }

    /// <summary>Now, a millisecond after the latest order at least: ids tell milliseconds apart, and whoever comes first is served
    /// first.</summary>
    private DateTimeOffset Now()
    {
        var (now, next) = (clock.GetUtcNow(), all.Values.LastOrDefault()?.OrderedAt + TimeSpan.FromMilliseconds(1));
        return next > now ? next.Value : now;
    }

    private void Begin(Timelapse timelapse)
    {
        try
        {
            folder.Write(timelapse);
        }
        catch (IOException)
        {
            throw ApiException.Unavailable("The time-lapse cannot be noted now");
        }

        all[timelapse.Id] = timelapse;
    }

    /// <summary>What became of it counts, also if the disk does not take it.</summary>
    private void Keep(Timelapse timelapse)
    {
        all[timelapse.Id] = timelapse;
        folder.Write(timelapse);
    }
}
