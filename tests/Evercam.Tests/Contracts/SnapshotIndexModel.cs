using CsCheck;
using Evercam.Archive;

namespace Evercam.Tests.Contracts;

/// <summary>What an index of one camera must answer, kept in memory; and random changes to try on both.</summary>
internal sealed class SnapshotIndexModel(ISnapshotIndex index, long camera)
{
    /// <summary>Four hours about the epoch, where whole numbers change their sign; a picture every 20 minutes at most.</summary>
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddHours(-2);

    private static readonly Gen<DateTimeOffset> Slot = Gen.Int[0, 11].Select(i => Start.AddMinutes(20 * i));
    private static readonly Gen<DateTimeOffset> Moment = Gen.Select(Slot, Gen.Int[-1, 1], (slot, by) => slot.AddMicroseconds(by));

    private readonly SortedDictionary<DateTimeOffset, Snapshot> rows = [];
    private readonly HashSet<DateTimeOffset> kept = [];

    public static Gen<Change[]> Changes { get; } = Gen.Frequency(
        (6, Gen.Select(Slot, Gen.Byte[0, 1]).Array[1, 5].Select(Change (p) => new Add(p))),
        (2, Gen.Select(Moment, Moment, Change (from, to) => new Remove(from, to))),
        (1, Slot.Select(Change (slot) => new RemovePack(slot))),
        (1, Gen.Select(Slot, Gen.Select(Slot, Gen.Byte[0, 1]).Array[0, 4], Change (slot, p) => new Replace(slot, p))),
        (3, Slot.Array[1, 4].Select(Change (slots) => new Keep(slots))),
        (1, Slot.Array[1, 4].Select(Change (slots) => new Release(slots))),
        (2, Gen.Select(Slot, Gen.Int[1, 3], Change (slot, limit) => new RemoveLoose(slot, limit))),
        (1, Gen.Const<Change>(new RemoveCamera()))).Array[1, 12];

    public async Task ApplyAsync(Change change)
    {
        switch (change)
        {
            case Add add:
                await ApplyAsync(add);
                break;
            case Remove remove:
                var gone = rows.Values.Where(s => s.TakenAt >= remove.From && s.TakenAt < remove.To).ToList();
                var erasures = await index.RemoveAsync(camera, remove.From, remove.To, default);
                Assert.Equal(gone.Select(s => s.Address), erasures.Select(e => e.Entry!.Value));
                gone.ForEach(s => rows.Remove(s.TakenAt));
                break;
            case RemovePack remove:
                var whole = PackName.Of(camera, remove.Slot);
                var isKept = kept.Any(moment => PackName.Of(camera, moment) == whole);
                Assert.Equal(isKept, await index.RemovePackAsync(whole, default) is null);
                Forget(s => !isKept && s.Address.Pack == whole);
                break;
            case RemoveLoose remove:
                await ApplyAsync(remove);
                break;
            case Keep keep:
                await index.KeepAsync(camera, keep.Slots, default);
                kept.UnionWith(keep.Slots.Where(rows.ContainsKey));
                break;
            case Release release:
                await index.ReleaseAsync(camera, release.Slots, default);
                kept.ExceptWith(release.Slots);
                break;
            case Replace replace:
                var pack = PackName.Of(camera, replace.Slot);
                var found = Pictures(replace.Pictures).Where(s => s.Address.Pack == pack).DistinctBy(s => s.TakenAt).ToList();
                await index.ReplacePackAsync(pack, found, default);
                Forget(s => s.Address.Pack == pack);
                found.ForEach(s => rows.Add(s.TakenAt, s));
                break;
            default:
                await index.RemoveCameraAsync(camera, default);
                rows.Clear();
                break;
        }

        kept.IntersectWith(rows.Keys);
    }

    /// <summary>Asks everything that can be asked, about every moment that matters.</summary>
    public async Task CheckAsync()
    {
        var moments = Enumerable.Range(-1, 14).Select(i => Start.AddMinutes(20 * i))
            .SelectMany(m => new[] { m.AddMicroseconds(-1), m, m.AddMicroseconds(1) }).ToList();
        var all = rows.Values.ToList();
        Assert.Equal(all, await index.ListAsync(camera, moments[0], moments[^1], int.MaxValue, default));
        foreach (var moment in moments)
        {
            Assert.Equal(all.LastOrDefault(s => s.TakenAt <= moment), await index.FindAtOrBeforeAsync(camera, moment, default));
            Assert.Equal(all.FirstOrDefault(s => s.TakenAt >= moment), await index.FindAtOrAfterAsync(camera, moment, default));
        }

        foreach (var (from, to) in moments.Zip(moments.AsEnumerable().Reverse()))
        {
            var inside = all.Where(s => s.TakenAt >= from && s.TakenAt < to).ToList();
            Assert.Equal(inside.Take(3), await index.ListAsync(camera, from, to, 3, default));
            for (var skip = 0; skip <= inside.Count; skip += 2)
            {
                Assert.Equal(
                    inside.ElementAtOrDefault(skip)?.TakenAt, await index.FindNthAsync(camera, from, to, skip, default));
            }
        }

        var ranges = moments.Zip(moments.Skip(2)).ToList();
        Assert.Equal(
            ranges.Select(r => all.Exists(s => s.TakenAt >= r.First && s.TakenAt < r.Second)),
            await index.AnyAsync(camera, ranges, default));
        Assert.Equal(
            all.GroupBy(s => s.Address.Pack).Select(p => new PackSummary(p.Key, p.Count(), p.Sum(s => s.Address.EntryLength))),
            await index.ListPacksAsync(camera, DateTimeOffset.MinValue, 100, default));
        Assert.Equal((all.Count, all.Sum(s => s.Address.EntryLength)), await index.SumAsync(camera, default));
        await CheckMarksAsync(moments[0], moments[^1]);
    }

    private async Task CheckMarksAsync(DateTimeOffset from, DateTimeOffset to)
    {
        var marked = rows.Values.Where(s => kept.Contains(s.TakenAt)).ToList();
        Assert.Equal(marked, await index.ListKeptAsync(camera, from, to, int.MaxValue, default));
        Assert.Equal(marked.Skip(1).Take(2), await index.ListKeptAsync(
            camera, marked.Count == 0 ? from : marked[0].TakenAt.AddMicroseconds(1), to, 2, default));
        Assert.Equal((marked.Count, marked.Sum(s => s.Address.EntryLength)), await index.SumKeptAsync(camera, default));
        var loose = rows.Values.Except(marked).GroupBy(s => s.Address.Pack)
            .Select(p => new PackSummary(p.Key, p.Count(), p.Sum(s => s.Address.EntryLength))).ToList();
        Assert.Equal(loose, await index.ListLoosePacksAsync(camera, DateTimeOffset.MinValue, 100, default));
        Assert.Equal(loose.Take(1), await index.ListLoosePacksAsync(camera, from, 1, default));
        Assert.Equal(loose, (await index.ListOldestPacksAsync(int.MaxValue, default)).Where(p => p.Pack.CameraKey == camera));
    }

    private async Task ApplyAsync(RemoveLoose remove)
    {
        var pack = PackName.Of(camera, remove.Slot);
        var gone = rows.Values.Where(s => s.Address.Pack == pack && !kept.Contains(s.TakenAt)).Take(remove.Limit).ToList();
        var erasures = await index.RemoveLooseAsync(pack, remove.Limit, default);
        Assert.Equal(gone.Select(s => s.Address), erasures.Select(e => e.Entry!.Value));
        gone.ForEach(s => rows.Remove(s.TakenAt));
    }

    private async Task ApplyAsync(Add add)
    {
        var refused = new List<Snapshot>();
        var pictures = Pictures(add.Pictures).ToList();
        foreach (var picture in pictures.Where(p => !rows.TryAdd(p.TakenAt, p) && rows[p.TakenAt].Hash != p.Hash))
        {
            refused.Add(picture);
        }

        Assert.Equivalent(refused, await index.AddAsync(pictures, default), strict: true);
    }

    private IEnumerable<Snapshot> Pictures((DateTimeOffset Slot, byte Content)[] pictures) =>
        pictures.Select(p => SnapshotIndexContract.Of(camera, p.Slot, p.Content));

    private void Forget(Func<Snapshot, bool> gone)
    {
        foreach (var row in rows.Values.Where(gone).ToList())
        {
            rows.Remove(row.TakenAt);
        }
    }

    internal abstract record Change;

    internal sealed record Add((DateTimeOffset Slot, byte Content)[] Pictures) : Change
    {
        public override string ToString() => $"Add {string.Join(", ", Pictures.Select(p => $"{p.Slot:HH:mm}/{p.Content}"))}";
    }

    internal sealed record Remove(DateTimeOffset From, DateTimeOffset To) : Change;

    internal sealed record RemovePack(DateTimeOffset Slot) : Change;

    internal sealed record RemoveLoose(DateTimeOffset Slot, int Limit) : Change;

    internal sealed record Keep(DateTimeOffset[] Slots) : Change
    {
        public override string ToString() => $"Keep {string.Join(", ", Slots.Select(slot => $"{slot:HH:mm}"))}";
    }

    internal sealed record Release(DateTimeOffset[] Slots) : Change
    {
        public override string ToString() => $"Release {string.Join(", ", Slots.Select(slot => $"{slot:HH:mm}"))}";
    }

    internal sealed record Replace(DateTimeOffset Slot, (DateTimeOffset Slot, byte Content)[] Pictures) : Change
    {
        public override string ToString() =>
            $"Replace {Slot:HH} by {string.Join(", ", Pictures.Select(p => $"{p.Slot:HH:mm}/{p.Content}"))}";
    }

    internal sealed record RemoveCamera : Change;
}
