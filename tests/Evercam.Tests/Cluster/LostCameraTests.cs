using Evercam.Archive;
using Evercam.Archive.Pack;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Cluster;

/// <summary>What a server does no more, and keeps no more, of a camera that another one has taken; and what it cannot bring back.</summary>
public sealed class LostCameraTests(PostgresStorage storage, SwiftServer swift) : IClassFixture<PostgresStorage>, IAsyncLifetime
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Ten.AddMinutes(5));
    private readonly long camera = CameraKeys.Next(TimeProvider.System);
    private ArchiveNode first = null!;
    private ArchiveNode second = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PackName Pack => PackName.Of(camera, Ten);

    public async ValueTask InitializeAsync()
    {
        var bucket = await swift.CreateBucketAsync();
        first = new ArchiveNode(storage, bucket, clock, $"a-{camera}", new SnapshotArchiveOptions { MaxPending = 4 });
        second = new ArchiveNode(storage, bucket, clock, $"b-{camera}");
        await first.Archive.StartAsync(Cancellation);
        await second.Archive.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_put_late_goes_with_its_range_when_that_is_deleted(bool isThereBefore)
    {
        await first.BeginAsync(camera);
        await first.UploadAsync(camera, Ten);
        await first.RecordAsync(camera, Ten.AddSeconds(10));
        await second.BeginAsync(camera);
        await second.UploadAsync(camera, Ten.AddSeconds(20));
        if (isThereBefore)
        {
            await first.Archive.DisposeAsync();
        }

        await second.Archive.DeleteAsync(camera, Ten, Ten.AddSeconds(15), Cancellation);
        await first.Archive.DisposeAsync();
        clock.Advance(TimeSpan.FromHours(1));
        await second.Archive.SealFinishedAsync(Cancellation);
        Assert.Equal([Ten.AddSeconds(20)], await second.ListAsync(camera, Ten));
        Assert.Empty(await second.CheckAsync(camera));
    }

    [Fact]
    public async Task What_a_server_had_put_without_a_row_has_one_as_soon_as_another_one_asks_for_it()
    {
        await first.BeginAsync(camera);
        await first.RecordAsync(camera, Ten.AddSeconds(10));
        await second.BeginAsync(camera);
        await first.Archive.DisposeAsync();
        Assert.Empty(await second.ListAsync(camera, Ten));
        await second.Archive.AdoptAsync(camera, Cancellation);
        Assert.Equal([Ten.AddSeconds(10)], await second.ListAsync(camera, Ten));
    }

    [Fact]
    public async Task A_server_leaves_what_is_to_be_erased_to_the_one_that_has_the_camera()
    {
        var other = CameraKeys.Next(TimeProvider.System);
        await first.BeginAsync(other);
        await first.UploadAsync(other, Ten);
        await first.BeginAsync(camera);
        await first.UploadAsync(camera, Ten);
        var (others, mine) = (0, 0);
        var isLost = false;
        first.OnPacks = call => call.Method is nameof(IPackStore.EraseAsync) ? Erase(call) : call.GoThrough();
        second.OnPacks = call => call.Method is nameof(IPackStore.EraseAsync) ? throw new IOException("It refuses.") : call.GoThrough();
        await first.Archive.DeleteAsync(other, Ten, Ten.AddHours(1), Cancellation);
        await first.Archive.DeleteAsync(camera, Ten, Ten.AddHours(1), Cancellation);
        await second.BeginAsync(camera);
        first.Lose(camera);
        Volatile.Write(ref isLost, true);

        // Between two attempts at the other camera it looks at all that it owes.
        Volatile.Write(ref others, 0);
        await Eventually.IsTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Volatile.Read(ref others) >= 3;
        });
        Assert.Equal(0, Volatile.Read(ref mine));
        Assert.Single(await second.Index.ListErasuresAsync(camera, Cancellation));

        second.OnPacks = call => call.GoThrough();
        await Eventually.IsTrueAsync(async () =>
        {
            await second.Archive.FinishErasuresAsync(Cancellation);
            return (await second.Index.ListErasuresAsync(camera, Cancellation)).Count == 0;
        });

        object? Erase(InterposedCall call)
        {
            var isOther = call.Argument<IReadOnlyCollection<PackAddress>>().First().Pack.CameraKey == other;
            Interlocked.Add(ref others, isOther ? 1 : 0);
            Interlocked.Add(ref mine, isOther || !Volatile.Read(ref isLost) ? 0 : 1);
            return isOther || !Volatile.Read(ref isLost) ? throw new IOException("It refuses.") : call.GoThrough();
        }
    }

    [Fact]
    public async Task Whoever_has_lost_a_camera_does_not_forget_what_is_to_be_erased_of_it()
    {
        await first.BeginAsync(camera);
        await first.UploadAsync(camera, Ten);
        var noted = await first.Index.RemoveAsync(camera, Ten, Ten.AddHours(1), Cancellation);
        await second.BeginAsync(camera);
        await Assert.ThrowsAsync<CameraElsewhereException>(() => first.Index.ForgetErasuresAsync(noted, Cancellation));
        Assert.Single(await second.Index.ListErasuresAsync(camera, Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_loses_a_camera_between_the_rows_and_the_bytes_leaves_the_bytes_to_the_other(bool isWholePack)
    {
        await first.BeginAsync(camera);
        var gone = await first.UploadAsync(camera, Ten);
        List<string> destroyed = [];
        first.OnPacks = call =>
        {
            destroyed.AddRange(new[] { call.Method }.Where(name => name is nameof(IPackStore.EraseAsync) or nameof(IPackStore.DeleteAsync)));
            return call.GoThrough();
        };
        first.OnIndex = call => call.Method switch
        {
            nameof(ISnapshotIndex.RemoveAsync) => LoseAfterAsync<IReadOnlyList<Erasure>>(call),
            nameof(ISnapshotIndex.RemovePackAsync) => LoseAfterAsync<Erasure?>(call),
            _ => call.GoThrough(),
        };
        if (isWholePack)
        {
            Assert.False(await first.Archive.DeletePackAsync(Pack, Cancellation));
        }
        else
        {
            Assert.Equal(1, await first.Archive.DeleteAsync(camera, Ten, Ten.AddHours(1), Cancellation));
        }

        Assert.Empty(destroyed);
        Assert.Single(await second.Index.ListErasuresAsync(camera, Cancellation));
        await second.Archive.FinishErasuresAsync(Cancellation);
        Assert.Empty(await second.Index.ListErasuresAsync(camera, Cancellation));
        Assert.False(await second.ReadsAsync(gone));

        async Task<T> LoseAfterAsync<T>(InterposedCall call)
        {
            var answer = await (Task<T>)call.GoThrough()!;
            await second.BeginAsync(camera);
            return answer;
        }
    }

    [Fact]
    public async Task Whoever_loses_a_camera_does_not_overwrite_the_list_of_what_is_to_be_kept()
    {
        await first.BeginAsync(camera);
        await first.UploadAsync(camera, Ten);
        await first.UploadAsync(camera, Ten.AddSeconds(1));
        first.OnPacks = call => call.Method is nameof(IPackStore.ReadKeptAsync) ? LoseAfterAsync(call) : call.GoThrough();
        await Assert.ThrowsAsync<CameraElsewhereException>(
            () => first.Archive.MarkAsync(camera, Ten, Ten.AddSeconds(1), keep: true, Cancellation));
        Assert.Equal(["2026-11-23T10-00-01.000000Z.jpg"], KeptList.Read(await second.Packs.ReadKeptAsync(Pack, Cancellation)));

        async Task<byte[]?> LoseAfterAsync(InterposedCall call)
        {
            var read = await (Task<byte[]?>)call.GoThrough()!;
            await second.BeginAsync(camera);
            await second.Archive.MarkAsync(camera, Ten.AddSeconds(1), Ten.AddSeconds(2), keep: true, Cancellation);
            return read;
        }
    }

    [Fact]
    public async Task A_list_of_what_is_to_be_kept_that_was_overwritten_is_whole_again_when_its_hour_is_over()
    {
        await second.BeginAsync(camera);
        await second.UploadAsync(camera, Ten);
        await second.Archive.MarkAsync(camera, Ten, Ten.AddSeconds(1), keep: true, Cancellation);
        await first.Packs.WriteKeptAsync(Pack, ReadOnlyMemory<byte>.Empty, Cancellation);
        clock.Advance(TimeSpan.FromHours(1));
        await second.Archive.SealFinishedAsync(Cancellation);
        Assert.Equal(["2026-11-23T10-00-00.000000Z.jpg"], KeptList.Read(await second.Packs.ReadKeptAsync(Pack, Cancellation)));
    }

    [Fact]
    public async Task What_cannot_be_put_of_a_camera_that_was_lost_takes_no_room_of_others()
    {
        await first.BeginAsync(camera);
        List<AppendedSnapshot> lost = [await first.RecordAsync(camera, Ten), await first.RecordAsync(camera, Ten.AddSeconds(1))];
        first.Lose(camera);
        await first.Archive.SettleAsync(camera, Cancellation);
        lost.ForEach(picture => Assert.IsType<CameraElsewhereException>(picture.Durable.Exception?.InnerException));
        var other = CameraKeys.Next(TimeProvider.System);
        await first.BeginAsync(other);
        for (var i = 0; i < 2; i++)
        {
            await first.RecordAsync(other, Ten.AddSeconds(i));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_left_in_memory_of_a_camera_that_was_lost(bool arePacksAway)
    {
        await first.BeginAsync(camera);
        first.OnPacks = call => call.Method is nameof(IPackStore.FlushAsync) && arePacksAway
            ? Task.FromException(new PacksNotDurableException(
                call.Argument<IReadOnlyCollection<PackName>>().ToDictionary(pack => pack, IOException (_) => new PacksUnavailableException("Away."))))
            : call.GoThrough();
        List<AppendedSnapshot> lost = [await first.RecordAsync(camera, Ten), await first.RecordAsync(camera, Ten.AddSeconds(1))];
        Assert.InRange(first.Packs.Bound.Taken, 1, long.MaxValue);
        first.Lose(camera);
        var ending = first.Archive.EndTenureAsync(camera, Cancellation);
        await Eventually.IsTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return ending.IsCompleted;
        });
        await ending;
        lost.ForEach(picture => Assert.IsType<CameraElsewhereException>(picture.Durable.Exception?.InnerException));
        Assert.Equal((0, 0L), (first.Archive.Waiting, first.Packs.Bound.Taken));
        Assert.DoesNotContain(Pack, await first.Packs.ListOpenAsync(Cancellation));
        var other = CameraKeys.Next(TimeProvider.System);
        await first.BeginAsync(other);
        for (var i = 0; i < 2; i++)
        {
            await first.RecordAsync(other, Ten.AddSeconds(i));
        }
    }

    [Fact]
    public async Task A_camera_that_was_taken_again_meanwhile_keeps_what_waits()
    {
        await first.BeginAsync(camera);
        var recorded = await first.RecordAsync(camera, Ten);
        await first.Archive.EndTenureAsync(camera, Cancellation);
        await first.Archive.SettleAsync(camera, Cancellation);
        await recorded.Durable;
    }
}
