namespace Evercam.Storage.S3;

/// <summary>A range of a pack, and the object whose bytes count there.</summary>
internal readonly record struct Segment(long Start, long End, PackObject Object);

/// <summary>Which objects make up a pack: an address in a pack stays the same, whichever object holds it. Places that none holds are
/// zeros. Not thread-safe.</summary>
internal sealed class PackLayout
{
    private readonly List<Segment> segments = [];
    private readonly List<PackObject> objects = [];

    public PackLayout(IEnumerable<PackObject> listed)
    {
        foreach (var found in listed.OrderBy(o => o.Number).ThenBy(o => o.End))
        {
            Add(found);
        }
    }

    /// <summary>Where the last byte that an object holds ends.</summary>
    public long Length => segments.Count == 0 ? 0 : segments[^1].End;

    /// <summary>The last tenure in which something was put.</summary>
    public long LastTenure { get; private set; }

    /// <summary>The ranges, ascending.</summary>
    public IReadOnlyList<Segment> Segments => segments;

    /// <summary>All objects, also those whose bytes count nowhere.</summary>
    public IReadOnlyList<PackObject> Objects => objects;

    /// <summary>Those whose bytes count nowhere any more.</summary>
    public IReadOnlyList<PackObject> Superseded => [.. objects.Except(segments.Select(s => s.Object))];

    /// <summary>A later object takes its range.</summary>
    public void Add(PackObject added)
    {
        objects.Add(added);
        LastTenure = Math.Max(LastTenure, added.Tenure);
        if (added.Start >= added.End)
        {
            return;
        }

        var from = FindFirst(added.Start);
        var to = from;
        var kept = new List<Segment>(3);
        while (to < segments.Count && segments[to].Start < added.End)
        {
            var old = segments[to++];
            if (old.Start < added.Start)
            {
                kept.Add(old with { End = added.Start });
            }

            if (old.End > added.End)
            {
                kept.Add(old with { Start = added.End });
            }
        }

        segments.RemoveRange(from, to - from);
        kept.Add(new Segment(added.Start, added.End, added));
        kept.Sort((one, other) => one.Start.CompareTo(other.Start));
        segments.InsertRange(from, kept);
    }

    /// <summary>An object is gone, or was replaced by others.</summary>
    public void Remove(PackObject gone)
    {
        objects.Remove(gone);
        segments.RemoveAll(s => s.Object == gone);
    }

    /// <summary>What lies behind an end counts no more.</summary>
    public void Clip(long end)
    {
        segments.RemoveAll(s => s.Start >= end);
        if (segments.Count > 0 && segments[^1].End > end)
        {
            segments[^1] = segments[^1] with { End = end };
        }
    }

    /// <summary>The segments that reach into a range, ascending.</summary>
    public IEnumerable<Segment> In(long start, long end)
    {
        for (var i = FindFirst(start); i < segments.Count && segments[i].Start < end; i++)
        {
            yield return segments[i];
        }
    }

    /// <summary>The first segment that ends behind an offset.</summary>
    private int FindFirst(long offset)
    {
        var (low, high) = (0, segments.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (segments[middle].End > offset)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
