namespace Evercam.Archive;

/// <summary>The ranges of a camera's open packs that were deleted. What a server that had the camera before was putting there may arrive later,
/// and has no row: nobody was told that it is kept, and it is part of what was deleted. Only for the holder of the camera's gate.</summary>
internal sealed class DeletedRanges
{
    private readonly Dictionary<DateTimeOffset, List<(DateTimeOffset From, DateTimeOffset To)>> hours = [];

    /// <summary>What of a range is in a pack was deleted.</summary>
    public void Add(PackName pack, DateTimeOffset from, DateTimeOffset to)
    {
        if (!hours.TryGetValue(pack.Hour, out var ranges))
        {
            hours[pack.Hour] = ranges = [];
        }

        // Those that touch become one: there are never more than fit into an hour side by side.
        var (first, last) = (from > pack.Hour ? from : pack.Hour, to < pack.End ? to : pack.End);
        var touching = ranges.FindAll(range => range.From <= last && range.To >= first);
        ranges.RemoveAll(touching.Contains);
        ranges.Add((touching.Select(range => range.From).Append(first).Min(), touching.Select(range => range.To).Append(last).Max()));
    }

    public bool Cover(Snapshot snapshot) =>
        hours.TryGetValue(snapshot.Address.Pack.Hour, out var ranges)
        && ranges.Exists(range => range.From <= snapshot.TakenAt && snapshot.TakenAt < range.To);

    /// <summary>A pack is closed, and nothing of it can arrive any more.</summary>
    public void Forget(PackName pack) => hours.Remove(pack.Hour);

    public void Clear() => hours.Clear();
}
