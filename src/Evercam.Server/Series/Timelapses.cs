using Evercam.Recorder;
using Evercam.Server.Activities;
using Evercam.Server.Http;

namespace Evercam.Server.Series;

/// <summary>All time-lapses that were ordered and are not deleted: in memory, and on the disk for the next start.</summary>
internal sealed partial class Timelapses(TimelapseFolder folder, TimeProvider clock, ILogger<Timelapses> log) : IDeletionNews, IDisposable
{
    /// <summary>How many may wait or be made, of one caller and of all.</summary>
    private const int MostOfOne = 10;
    private const int MostOfAll = 100;

    private const string PicturesDeleted = "Pictures that it showed were deleted";

    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Timelapse> all = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim ordered = new(0);

    /// <summary>Of each caller, the number of the last turn.</summary>
    private readonly Dictionary<Orderer, long> lastTurns = [];
    private long turns;
    private volatile TimelapseRun? run;

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

    /// <summary>A page of those that somebody sees, the latest first.</summary>
    public IReadOnlyList<Timelapse> List(TimelapseView view, TimelapsesRequest page)
    {
        lock (gate)
        {
            return [.. all.Values.Where(view.Shows).Reverse().Skip(page.Offset).Take(page.Limit)];
        }
    }

    /// <summary>One of them; <see langword="null"/> if there is none that is seen.</summary>
    public Timelapse? Find(string id, TimelapseView view)
    {
        lock (gate)
        {
            return all.TryGetValue(id, out var found) && view.Shows(found) ? found : null;
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
    /// <exception cref="ApiException">The disk refuses (503).</exception>
    public void Delete(string id)
    {
        lock (gate)
        {
            if (run?.Id == id)
            {
                run.End();
            }

            try
            {
                folder.Delete(id);
            }
            catch (IOException)
            {
                throw ApiException.Unavailable("The time-lapse cannot be deleted now");
            }

            all.Remove(id);
        }
    }

    /// <summary>What shows pictures that were deleted goes, too, and says why.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Deleted(long cameraKey, DateTimeOffset from, DateTimeOffset to)
    {
        IOException? refusal = null;
        foreach (var made in MadeOf(cameraKey, from, to).Where(id => folder.Shows(id, from, to)))
        {
            lock (gate)
            {
                try
                {
                    folder.DeleteVideo(made);
                    if (all.TryGetValue(made, out var timelapse))
                    {
                        Keep(timelapse.Failed(PicturesDeleted));
                    }
                }
                catch (IOException reason)
                {
                    // The others go all the same.
                    refusal = reason;
                }
            }
        }

        if (refusal is not null)
        {
            throw new IOException(refusal.Message, refusal);
        }
    }

    /// <summary>Waits for the next one to be made, and begins it.</summary>
    /// <exception cref="IOException">The disk does not take the note: it waits on.</exception>
    public async Task<(Timelapse Timelapse, TimelapseRun Run)> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            lock (gate)
            {
                BeRead();
                if (FindNext() is { } next)
                {
                    lastTurns[next.By] = ++turns;
                    Note(next with { Status = TimelapseStatus.Running });
                    var begun = new TimelapseRun(next.Id, cancellation);
                    run = begun;
                    return (next, begun);
                }
            }

            await ordered.WaitAsync(cancellation);
        }
    }

    /// <summary>Notes what became of the one that was being made, unless it was deleted meanwhile, or pictures that it shows.</summary>
    public void End(TimelapseRun ended, Func<Timelapse, Timelapse> result)
    {
        lock (gate)
        {
            run = null;
            if (!all.TryGetValue(ended.Id, out var timelapse))
            {
                folder.Delete(ended.Id);
                return;
            }

            Keep((ended.IsSpoilt ? timelapse.Failed(PicturesDeleted) : result(timelapse)) with { EndedAt = clock.GetUtcNow() });
            if (ended.IsSpoilt)
            {
                folder.DeleteVideo(ended.Id);
            }
        }
    }

    /// <summary>The one that was being made cannot be made now: it waits again, unless nobody wants it any more.</summary>
    public void PutBack(TimelapseRun ended)
    {
        if (ended.Over.IsCancellationRequested)
        {
            End(ended, timelapse => timelapse.Failed("The server was stopped while it was made"));
            return;
        }

        lock (gate)
        {
            run = null;
            if (all.TryGetValue(ended.Id, out var timelapse))
            {
                Keep(timelapse with { Status = TimelapseStatus.Waiting });
            }
        }
    }

    public void Dispose()
    {
        run?.Dispose();
        ordered.Dispose();
    }

    /// <summary>What is made next: of the callers in turn, however much each of them ordered, the oldest order.</summary>
    private Timelapse? FindNext() => all.Values
        .Where(one => one.Status == TimelapseStatus.Waiting)
        .MinBy(one => lastTurns.GetValueOrDefault(one.By));

    /// <summary>Those of a camera that are made, and those of which nobody knows what camera they are of. The one that is being made ends if it
    /// shows pictures of the range.</summary>
    private List<string> MadeOf(long cameraKey, DateTimeOffset from, DateTimeOffset to)
    {
        lock (gate)
        {
            BeRead();
            ReadLeft();
            if (run is { } now && all.GetValueOrDefault(now.Id)?.CameraKey == cameraKey)
            {
                now.Lose(from, to);
            }

            return [.. all.Values.Where(one => one.CameraKey == cameraKey && one.Status == TimelapseStatus.Done).Select(one => one.Id), .. unread];
        }
    }

    private void ThrowIfMany(Actor actor)
    {
        var waiting = all.Values.Where(one => one.EndedAt is null).ToList();
        if (waiting.Count(one => one.By == Orderer.Of(actor)) >= MostOfOne)
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
            Note(timelapse);
        }
        catch (IOException)
        {
            throw ApiException.Unavailable("The time-lapse cannot be noted now");
        }
    }

    /// <summary>What the disk does not take has not begun.</summary>
    private void Note(Timelapse timelapse)
    {
        folder.Write(timelapse);
        all[timelapse.Id] = timelapse;
    }

    /// <summary>What became of it counts, also if the disk does not take it.</summary>
    private void Keep(Timelapse timelapse)
    {
        all[timelapse.Id] = timelapse;
        folder.Write(timelapse);
    }
}
