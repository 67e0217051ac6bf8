using CsCheck;
using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Contracts;

/// <summary>What every index of pictures must do: here how pictures get in and are found. One subclass per database.</summary>
public abstract partial class SnapshotIndexContract(TestStorage storage)
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static long cameras = 1_000;

    /// <summary>A camera that no other test uses.</summary>
    private readonly long camera = NewCamera();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ISnapshotIndex Index => storage.Index;

    internal static long NewCamera() => Interlocked.Increment(ref cameras);

    [Fact]
    public async Task A_row_comes_back_as_it_was_added()
    {
        var added = Picture(Ten.AddMicroseconds(1)) with
        {
            Type = PictureType.Gif,
            Notes = "Ünïcödé, a \"quote\",\na line, and 📷",
            IsPublic = true,
            Address = new PackAddress(PackName.Of(camera, Ten), 3, 17_592_186_044_416, 2_048, int.MaxValue - 511),
        };
        Assert.Empty(await Index.AddAsync([added], Cancellation));
        Assert.Equal(added, await Index.FindAtOrBeforeAsync(camera, Ten.AddHours(1), Cancellation));
        Assert.Equal(added, await Index.FindAtOrAfterAsync(camera, Ten, Cancellation));
        Assert.Equal([added], await Index.ListAsync(camera, Ten, Ten.AddHours(1), 10, Cancellation));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("short", false)]
    [InlineData(ISnapshotIndex.ShortNotesBytes, false)]
    [InlineData(ISnapshotIndex.ShortNotesBytes + 1, true)]
    [InlineData(1_000_000, true)]
    public async Task A_list_that_is_skimmed_leaves_long_notes_out_and_says_so(object? text, bool isLong)
    {
        // In UTF-8 two bytes each, but for the odd one.
        var notes = text is int bytes ? new string('é', bytes / 2) + new string('x', bytes % 2) : (string?)text;
        var added = Picture(Ten) with { Notes = notes, IsPublic = true };
        await Index.AddAsync([added], Cancellation);
        await Index.KeepAsync(camera, [Ten], Cancellation);
        Assert.Equal([added], await Index.ListAsync(camera, Ten, Ten.AddHours(1), 10, Cancellation));
        Assert.Equal([added], await Index.ListKeptAsync(camera, Ten, Ten.AddHours(1), 10, Cancellation));

        var skimmed = isLong ? added with { Notes = null, HasMoreNotes = true } : added;
        Assert.Equal([skimmed], await Index.SkimAsync(camera, Ten, Ten.AddHours(1), 10, Cancellation));
        Assert.Equal([skimmed], await Index.SkimKeptAsync(camera, Ten, Ten.AddHours(1), 10, Cancellation));
        Assert.Empty(await Index.SkimAsync(camera, Ten.AddMicroseconds(1), Ten.AddHours(1), 10, Cancellation));
        await AddAsync(Ten.AddSeconds(1), Ten.AddSeconds(2));
        Assert.Equal(2, (await Index.SkimAsync(camera, Ten, Ten.AddHours(1), 2, Cancellation)).Count);
    }

    [Fact]
    public async Task The_nearest_on_either_side_is_found_and_never_another_cameras()
    {
        await AddAsync(Ten, Ten.AddSeconds(2), Ten.AddDays(400));
        await Index.AddAsync([Of(NewCamera(), Ten.AddSeconds(1))], Cancellation);

        Assert.Null(await Index.FindAtOrBeforeAsync(camera, Ten.AddMicroseconds(-1), Cancellation));
        Assert.Equal(Ten, await BeforeAsync(Ten));
        Assert.Equal(Ten, await BeforeAsync(Ten.AddSeconds(1)));
        Assert.Equal(Ten.AddDays(400), await BeforeAsync(DateTimeOffset.MaxValue));
        Assert.Equal(Ten, await AfterAsync(DateTimeOffset.MinValue));
        Assert.Equal(Ten.AddSeconds(2), await AfterAsync(Ten.AddMicroseconds(1)));
        Assert.Equal(Ten.AddDays(400), await AfterAsync(Ten.AddSeconds(3)));
        Assert.Null(await Index.FindAtOrAfterAsync(camera, Ten.AddDays(401), Cancellation));
        Assert.Null(await Index.FindAtOrAfterAsync(NewCamera(), DateTimeOffset.MinValue, Cancellation));
    }

    [Fact]
    public async Task The_last_moment_of_each_of_many_cameras_is_found_at_once()
    {
        var (other, empty) = (NewCamera(), NewCamera());
        await AddAsync(Ten, Ten.AddMicroseconds(1), Ten.AddDays(-400));
        await Index.AddAsync([Of(other, DateTimeOffset.MinValue)], Cancellation);
        Assert.Equal(
            [DateTimeOffset.MinValue, null, Ten.AddMicroseconds(1), DateTimeOffset.MinValue],
            await Index.FindLastTimesAsync([other, empty, camera, other], Cancellation));
        Assert.Empty(await Index.FindLastTimesAsync([], Cancellation));
    }

    [Fact]
    public async Task Every_moment_of_the_years_1_to_9999_has_its_place()
    {
        var first = DateTimeOffset.MinValue;
        var last = ArchiveTime.ToMicrosecond(DateTimeOffset.MaxValue);
        var epoch = DateTimeOffset.UnixEpoch;
        DateTimeOffset[] moments = [first, epoch.AddMicroseconds(-1), epoch, last];
        await AddAsync(moments);

        Assert.Equal(moments, (await ListAsync(first, DateTimeOffset.MaxValue)).Select(s => s.TakenAt));
        Assert.Equal(last, await BeforeAsync(DateTimeOffset.MaxValue));
        Assert.Equal(first, await AfterAsync(first));
        Assert.Equal(
            moments.Select(ArchiveTime.HourOf),
            (await Index.ListPacksAsync(camera, first, 10, Cancellation)).Select(p => p.Pack.Hour));
        Assert.Equal(last, await Index.FindNthAsync(camera, first, DateTimeOffset.MaxValue, 3, Cancellation));
    }

    [Fact]
    public async Task A_range_includes_its_beginning_and_excludes_its_end()
    {
        await AddAsync(Ten, Ten.AddMicroseconds(1), Ten.AddMicroseconds(2));
        Assert.Equal(2, (await ListAsync(Ten, Ten.AddMicroseconds(2))).Count);
        Assert.Single(await ListAsync(Ten.AddTicks(1), Ten.AddMicroseconds(2)));
        Assert.Equal(3, (await ListAsync(Ten, Ten.AddMicroseconds(2).AddTicks(1))).Count);
        Assert.Empty(await ListAsync(Ten.AddHours(1), Ten));
        Assert.Equal(
            [true, true, false, false],
            await Index.AnyAsync(
                camera,
                [
                    (Ten, Ten.AddMicroseconds(1)), (Ten.AddMicroseconds(2), Ten.AddHours(1)),
                    (Ten.AddMicroseconds(3), Ten.AddHours(1)), (Ten, Ten),
                ],
                Cancellation));
        Assert.Empty(await Index.AnyAsync(camera, [], Cancellation));
    }

    [Fact]
    public async Task A_list_is_cut_at_its_limit()
    {
        await AddAsync([.. Enumerable.Range(0, 50).Select(i => Ten.AddSeconds(49 - i))]);
        var listed = await Index.ListAsync(camera, Ten, Ten.AddHours(1), 10, Cancellation);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => Ten.AddSeconds(i)), listed.Select(s => s.TakenAt));
        Assert.Equal(50, (await Index.ListAsync(camera, Ten, Ten.AddHours(1), int.MaxValue, Cancellation)).Count);
    }

    [Fact]
    public async Task A_moment_belongs_to_the_first_picture()
    {
        var first = Picture(Ten);
        var other = Picture(Ten) with { Hash = ContentHash.Of("other"u8) };
        var elsewhere = first with { Address = first.Address with { Offset = 51_200 } };
        var free = Picture(Ten.AddSeconds(1));
        Assert.Equal([other], await Index.AddAsync([first, other], Cancellation));
        Assert.Equal([other, elsewhere], await Index.AddAsync([other, free, elsewhere, first], Cancellation));
        Assert.Equal([first, free], await ListAsync(Ten, Ten.AddHours(1)));
        Assert.Equal((2, 2 * first.Address.EntryLength), await Index.SumAsync(camera, Cancellation));
    }

    [Fact]
    public async Task An_addition_may_be_repeated_and_counts_once()
    {
        Snapshot[] batch = [Picture(Ten), Picture(Ten.AddSeconds(1)), Picture(Ten.AddHours(1))];
        Assert.Empty(await Index.AddAsync(batch, Cancellation));
        Assert.Empty(await Index.AddAsync([.. batch, .. batch, Picture(Ten.AddSeconds(2))], Cancellation));
        Assert.Equal((4, 4 * batch[0].Address.EntryLength), await Index.SumAsync(camera, Cancellation));
        Assert.Empty(await Index.AddAsync([], Cancellation));
    }

    [Fact]
    public async Task A_batch_of_many_cameras_is_counted_by_camera_and_hour()
    {
        var others = Enumerable.Range(0, 300).Select(_ => NewCamera()).ToList();
        await Index.AddAsync(
            [.. others.Select(c => Of(c, Ten.AddMinutes(59))), .. others.Select(c => Of(c, Ten.AddMinutes(61)))], Cancellation);
        foreach (var other in others)
        {
            Assert.Equal(
                [Ten, Ten.AddHours(1)],
                (await Index.ListPacksAsync(other, DateTimeOffset.MinValue, 9, Cancellation)).Select(p => p.Pack.Hour));
        }

        var all = await Index.ListCamerasAsync(Cancellation);
        Assert.Superset(others.ToHashSet(), all.ToHashSet());
        Assert.Equal(all.Order(), all);
    }

    [Fact]
    public async Task The_end_of_a_part_is_that_of_its_last_entry_whatever_its_moment()
    {
        var pack = PackName.Of(camera, Ten);
        PackAddress[] places = [new(pack, 0, 5_120, 1_536, 513), new(pack, 0, 0, 1_536, 512), new(pack, 2, 99_840, 1_536, 0)];
        await Index.AddAsync([.. places.Index().Select(p => Picture(Ten.AddSeconds(p.Index)) with { Address = p.Item })], Cancellation);
        await AddAsync(Ten.AddMicroseconds(-1), Ten.AddHours(1).AddMinutes(30));
        Assert.Equal(5_120 + 1_536 + 1_024, await Index.FindEndAsync(pack, 0, Cancellation));
        Assert.Equal(0, await Index.FindEndAsync(pack, 1, Cancellation));
        Assert.Equal(places[2].End, await Index.FindEndAsync(pack, 2, Cancellation));
        Assert.Equal(0, await Index.FindEndAsync(PackName.Of(camera, Ten.AddDays(1)), 0, Cancellation));
    }

    [Fact]
    public async Task Packs_are_listed_from_an_hour_on_and_the_oldest_of_all_cameras_first()
    {
        var other = NewCamera();
        var old = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await AddAsync(old, old.AddHours(2), old.AddHours(4));
        await Index.AddAsync([Of(other, old.AddHours(1))], Cancellation);

        Assert.Equal(
            [old.AddHours(2), old.AddHours(4)],
            (await Index.ListPacksAsync(camera, old.AddHours(1), 2, Cancellation)).Select(p => p.Pack.Hour));
        Assert.Equal(
            [old.AddHours(2)],
            (await Index.ListPacksAsync(camera, old.AddMinutes(1), 1, Cancellation)).Select(p => p.Pack.Hour));
        Assert.Equal(
            [PackName.Of(camera, old), PackName.Of(other, old.AddHours(1)), PackName.Of(camera, old.AddHours(2))],
            (await Index.ListOldestPacksAsync(1_000, Cancellation)).Select(p => p.Pack)
                .Where(p => p.Hour >= old).Take(3));
        Assert.Equal(2, (await Index.ListOldestPacksAsync(2, Cancellation)).Count);
        await Index.RemoveCameraAsync(camera, Cancellation);
        await Index.RemoveCameraAsync(other, Cancellation);
    }

    [Fact]
    public async Task The_nth_is_found_over_whole_and_parted_hours()
    {
        var moments = Enumerable.Range(0, 60).Select(i => Ten.AddMinutes(7 * i)).ToList();
        await AddAsync([.. moments]);
        var (from, to) = (Ten.AddMinutes(20), Ten.AddMinutes(400));
        var expected = moments.Where(m => m >= from && m < to).ToList();
        for (var skip = 0; skip < expected.Count; skip++)
        {
            Assert.Equal(expected[skip], await Index.FindNthAsync(camera, from, to, skip, Cancellation));
        }

        Assert.Null(await Index.FindNthAsync(camera, from, to, expected.Count, Cancellation));
        Assert.Null(await Index.FindNthAsync(camera, to, from, 0, Cancellation));
        Assert.Null(await Index.FindNthAsync(NewCamera(), from, to, 0, Cancellation));
        Assert.Equal(moments[1], await Index.FindNthAsync(camera, Ten.AddMinutes(1), Ten.AddMinutes(8), 0, Cancellation));
        Assert.Null(await Index.FindNthAsync(camera, Ten.AddMinutes(1), Ten.AddMinutes(8), 1, Cancellation));
        Assert.Null(await Index.FindNthAsync(camera, from, to, long.MaxValue, Cancellation));
    }

    [Fact]
    public async Task Counters_stay_right_when_many_write_at_once()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), Cancellation, async (i, _) =>
        {
            // Each picture is offered twice, in batches that overlap, while others are removed.
            await AddAsync([.. Enumerable.Range(i * 10, 20).Select(n => Ten.AddMinutes(n))]);
            if (i % 4 == 0)
            {
                await Index.RemoveAsync(camera, Ten.AddMinutes(i * 10), Ten.AddMinutes((i * 10) + 5), CancellationToken.None);
            }
            else if (i % 9 == 1)
            {
                await Index.RemovePackAsync(PackName.Of(camera, Ten.AddMinutes(i * 10)), CancellationToken.None);
            }
            else if (i % 9 == 2)
            {
                var found = Picture(Ten.AddMinutes(i * 10));
                await Index.ReplacePackAsync(found.Address.Pack, [found], CancellationToken.None);
            }
        });

        var rows = await ListAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        Assert.NotEmpty(rows);
        Assert.Equal(
            rows.GroupBy(s => s.Address.Pack).Select(p => new PackSummary(p.Key, p.Count(), p.Sum(s => s.Address.EntryLength))),
            await Index.ListPacksAsync(camera, DateTimeOffset.MinValue, int.MaxValue, Cancellation));
    }

    [Fact]
    public async Task A_cancelled_change_changes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Index.AddAsync([Picture(Ten)], cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Index.FindAtOrAfterAsync(camera, Ten, cancelled.Token));
        Assert.Empty(await ListAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue));
    }

    [Fact]
    public Task Any_sequence_of_changes_leaves_what_a_sorted_dictionary_would_hold() =>
        SnapshotIndexModel.Changes.SampleAsync(
            async changes =>
            {
                var model = new SnapshotIndexModel(Index, NewCamera());
                foreach (var change in changes)
                {
                    await model.ApplyAsync(change);
                }

                await model.CheckAsync();
            },
            iter: 25);

    /// <summary>A picture of a camera, with what the index keeps of it derived from its moment.</summary>
    internal static Snapshot Of(long camera, DateTimeOffset takenAt, byte content = 0) => new()
    {
        CameraKey = camera,
        TakenAt = takenAt,
        Type = PictureType.Jpeg,
        Address = new PackAddress(
            PackName.Of(camera, takenAt), 0, takenAt.Minute * 102_400L, 1_536, 100_000),
        Hash = ContentHash.Of([content, .. BitConverter.GetBytes(takenAt.UtcTicks)]),
    };

    private Snapshot Picture(DateTimeOffset takenAt) => Of(camera, takenAt);

    private Task<IReadOnlyList<Snapshot>> AddAsync(params DateTimeOffset[] moments) =>
        Index.AddAsync([.. moments.Select(Picture)], Cancellation);

    private Task<IReadOnlyList<Snapshot>> ListAsync(DateTimeOffset from, DateTimeOffset to) =>
        Index.ListAsync(camera, from, to, int.MaxValue, Cancellation);

    private async Task<DateTimeOffset?> BeforeAsync(DateTimeOffset moment) =>
        (await Index.FindAtOrBeforeAsync(camera, moment, Cancellation))?.TakenAt;

    private async Task<DateTimeOffset?> AfterAsync(DateTimeOffset moment) =>
        (await Index.FindAtOrAfterAsync(camera, moment, Cancellation))?.TakenAt;
}
