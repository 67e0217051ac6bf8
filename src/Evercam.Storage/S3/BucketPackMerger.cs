using Evercam.Archive;

namespace Evercam.Storage.S3;

/// <summary>Makes one object of a finished pack's parts, or several where one would be too large.</summary>
internal sealed partial class BucketPack
{
    /// <summary>How many parts are fetched at once, and up to which length.</summary>
    private const int Abreast = 8;
    private const long SmallPart = 4 << 20;

    /// <summary>Makes a finished pack durable.</summary>
    /// <returns>Whether it is as few objects as may be, and closed; else it is to be merged.</returns>
    public async Task<bool> SealAsync(CancellationToken cancellation)
    {
        await TakeTurnAsync(cancellation);
        try
        {
            await LoadIfUnknownAsync(cancellation);
            DemandOwn();
            await SendTailAsync();
            await SweepAsync(cancellation);
            if (FindRuns().Count > 0)
            {
                return false;
            }

            await shelf.Marks.RemoveAsync(name, cancellation);
            return true;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Merges what lies side by side into one object, then deletes the parts. A place that nothing holds stays so: what belongs
    /// there may be there tomorrow.</summary>
    /// <returns><see langword="false"/> if somebody came who has precedence.</returns>
    public async Task<bool> MergeAsync(CancellationToken stopping)
    {
        await turn.WaitAsync(stopping);
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        lock (state)
        {
            merging = interrupted;
            if (comers > 0)
            {
                _ = interrupted.CancelAsync();
            }
        }

        try
        {
            if (hasEnded)
            {
                return false;
            }

            await LoadIfUnknownAsync(interrupted.Token);
            DemandOwn();
            await DropDoubtfulAsync(interrupted.Token);
            foreach (var run in FindRuns())
            {
                await MergeAsync(run, interrupted.Token);
            }

            await SweepAsync(interrupted.Token);
            if (!IsStored || (shelf.Tenures.AreShared && await HasMoreAsync(interrupted.Token)))
            {
                return false;
            }

            await shelf.Marks.RemoveAsync(name, interrupted.Token);
            return true;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (CameraElsewhereException)
        {
            // Whoever has the camera now merges.
            return false;
        }
        catch (ObjectGoneException)
        {
            await LoadAsync(stopping, keepsEnd: true);
            throw;
        }
        finally
        {
            lock (state)
            {
                merging = null;
            }

            turn.Release();
        }
    }

    /// <summary>Whether the bucket has something by now of which nobody has looked whether it has a row: what a server that had the camera
    /// before put late.</summary>
    private async Task<bool> HasMoreAsync(CancellationToken cancellation)
    {
        HashSet<PackObject> known;
        lock (state)
        {
            known = [.. layout!.Objects];
        }

        await LoadAsync(cancellation, keepsEnd: true);
        DemandOwn();
        lock (state)
        {
            return doubtful.Count > 0 || layout!.Objects.Any(o => !known.Contains(o));
        }
    }

    /// <summary>Of the segments that lie side by side, and that one object can hold, those of which there are several.</summary>
    private List<List<Segment>> FindRuns()
    {
        var runs = new List<List<Segment>>();
        lock (state)
        {
            foreach (var segment in layout!.Segments)
            {
                if (runs.Count == 0 || runs[^1][^1].End != segment.Start || PackRange.IsStart(segment.Start)
                    || segment.End - runs[^1][0].Start > shelf.LargestObject - EndMarkLength)
                {
                    runs.Add([]);
                }

                runs[^1].Add(segment);
            }
        }

        runs.RemoveAll(run => run.Count == 1);
        return runs;
    }

    private async Task MergeAsync(List<Segment> run, CancellationToken cancellation)
    {
        var (start, end) = (run[0].Start, run[^1].End);
        await using var content = shelf.Spool.Open(end - start + EndMarkLength);
        foreach (var some in run.Chunk(Abreast))
        {
            var small = some.Select(s => s.End - s.Start <= SmallPart ? FetchAsync(s, cancellation) : null).ToList();
            foreach (var (segment, fetched) in some.Zip(small))
            {
                if (fetched is null)
                {
                    await CopyAsync(segment, content, cancellation);
                }
                else
                {
                    await content.WriteAsync(await fetched, cancellation);
                }
            }
        }

        bool isLast;
        lock (state)
        {
            // Behind what another server has put, more of it may come, which a mark would hide.
            isLast = end == layout!.Length && end == length && start >= RangeStart;
        }

        if (isLast)
        {
            await content.WriteAsync(new byte[EndMarkLength], cancellation);
        }

        await PutAsync(NewObject(start, content.Length), content, cancellation);
        lock (state)
        {
            // What was added meanwhile lies where the end mark is; and so will what is added next: a mark is behind the end, which stays.
            layout!.Clip(tail.Chunks.Count > 0 ? tail.Chunks[0].Start : long.MaxValue);
        }
    }

    private async Task<byte[]> FetchAsync(Segment segment, CancellationToken cancellation)
    {
        var bytes = await shelf.Bucket.ReadAsync(
            segment.Object.Key, segment.Start - segment.Object.Start, (int)(segment.End - segment.Start), cancellation);
        return bytes?.Length == segment.End - segment.Start
            ? bytes
            : throw new ObjectGoneException(segment.Object.Key);
    }
}
