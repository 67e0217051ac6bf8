using System.Buffers;
using System.Collections.Concurrent;
using Evercam.Archive.Pack;
using Microsoft.Extensions.Logging;

namespace Evercam.Archive;

/// <summary>The pictures of all cameras: kept in packs, found by time.</summary>
/// <remarks>
/// The order that keeps packs and index honest: write bytes, then the row; delete the row, then the bytes. A crash leaves
/// bytes without a row, which <see cref="StartAsync"/> adopts or cuts off, never a row without bytes. All members may be called
/// from any thread; writers of one camera take turns, cameras do not wait for each other.
/// </remarks>
public sealed partial class SnapshotArchive : IAsyncDisposable
{
    private readonly IPackStore packs;
    private readonly ISnapshotIndex index;
    private readonly SnapshotArchiveOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<SnapshotArchive> log;
    private readonly SnapshotCommitter committer;
    private readonly PackRecovery recovery;
    private readonly ConcurrentDictionary<long, CameraWriter> writers = new();
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens an archive. Nothing is read or written before <see cref="StartAsync"/> or the first call.</summary>
    public SnapshotArchive(
        IPackStore packs,
        ISnapshotIndex index,
        SnapshotArchiveOptions options,
        TimeProvider clock,
        ILogger<SnapshotArchive> log)
    {
        this.packs = packs;
        this.index = index;
        this.options = options;
        this.clock = clock;
        this.log = log;
        recovery = new PackRecovery(packs, index, log);
        committer = new SnapshotCommitter(packs, index, options, clock, log);
    }

    /// <summary>Finishes what a crash interrupted: carries out noted erasures, adopts whole pictures at the ends of packs that were
    /// open, and cuts off what was torn. Saving waits for the erasures; reading waits for nothing.</summary>
    /// <exception cref="IOException">Packs or index cannot be reached; may be called again.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await CarryOutNotedAsync(cancellation);
        started.TrySetResult();
        foreach (var pack in await packs.ListOpenAsync(cancellation))
        {
            await HoldAsync(pack.CameraKey, writer => ReadyAsync(writer, pack, cancellation), cancellation);
        }
    }

    /// <summary>Keeps one picture. When this returns, the picture can be found and survives a crash.</summary>
    /// <exception cref="SecondOccupiedException">It claims its second, and the second holds a picture. Nothing was kept.</exception>
    /// <exception cref="CameraDeletedException">The camera was deleted. Nothing was kept.</exception>
    /// <exception cref="IOException">Nothing was kept; bytes may remain for a while, and no row points to them.</exception>
    public async Task<Snapshot> SaveAsync(NewSnapshot picture, CancellationToken cancellation)
    {
        var appended = await AppendAsync(picture, urgent: true, cancellation);
        await appended.Durable;
        return appended.Snapshot;
    }

    /// <summary>Puts one picture into its pack and returns; it becomes durable together with those of other cameras within
    /// <see cref="SnapshotArchiveOptions.CommitInterval"/>. For recording.</summary>
    /// <exception cref="CameraDeletedException">The camera was deleted. Nothing was kept.</exception>
    /// <exception cref="IOException">Nothing was kept.</exception>
    public Task<AppendedSnapshot> AppendAsync(NewSnapshot picture, CancellationToken cancellation) =>
        AppendAsync(picture, urgent: false, cancellation);

    /// <summary>The newest picture of a camera; <see langword="null"/> if it has none.</summary>
    public Task<Snapshot?> FindLatestAsync(long cameraKey, CancellationToken cancellation) =>
        index.FindAtOrBeforeAsync(cameraKey, DateTimeOffset.MaxValue, cancellation);

    /// <summary>The picture nearest to a second: the newest of that second itself, else the newest of the nearest second that
    /// has one, of two equally near the later.</summary>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="second">A whole second.</param>
    /// <param name="within">The largest distance allowed, in whole seconds; <see langword="null"/> for any.</param>
    /// <param name="cancellation">Ends the search.</param>
    public async Task<Snapshot?> FindNearestAsync(
        long cameraKey, DateTimeOffset second, TimeSpan? within, CancellationToken cancellation)
    {
        var before = await index.FindAtOrBeforeAsync(cameraKey, LastOf(second), cancellation);
        if (before is not null && ArchiveTime.SecondOf(before.TakenAt) == second)
        {
            return before;
        }

        var after = await index.FindAtOrAfterAsync(cameraKey, second, cancellation);
        var toBefore = before is null ? TimeSpan.MaxValue : second - ArchiveTime.SecondOf(before.TakenAt);
        var toAfter = after is null ? TimeSpan.MaxValue : ArchiveTime.SecondOf(after.TakenAt) - second;
        if (TimeSpan.FromTicks(Math.Min(toBefore.Ticks, toAfter.Ticks)) > (within ?? TimeSpan.MaxValue))
        {
            return null;
        }

        return toAfter <= toBefore && after is not null
            ? await index.FindAtOrBeforeAsync(cameraKey, LastOf(ArchiveTime.SecondOf(after.TakenAt)), cancellation)
            : before;
    }

    /// <summary>Pictures from a moment (included) to a moment (excluded), ascending, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<Snapshot>> ListAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        index.ListAsync(cameraKey, from, to, limit, cancellation);

    /// <summary>The same, beginning <paramref name="skip"/> pictures later; whole hours are skipped by counters.</summary>
    public async Task<IReadOnlyList<Snapshot>> ListAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, long skip, int limit, CancellationToken cancellation)
    {
        var first = skip == 0 ? from : await index.FindNthAsync(cameraKey, from, to, skip, cancellation);
        return first is null ? [] : await index.ListAsync(cameraKey, first.Value, to, limit, cancellation);
    }

    /// <summary>For each of these ranges, whether it holds a picture.</summary>
    public Task<IReadOnlyList<bool>> AnyAsync(
        long cameraKey, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> ranges, CancellationToken cancellation) =>
        index.AnyAsync(cameraKey, ranges, cancellation);

    /// <summary>How many pictures a camera has, and how many bytes they take.</summary>
    public Task<(long Pictures, long Bytes)> SumAsync(long cameraKey, CancellationToken cancellation) =>
        index.SumAsync(cameraKey, cancellation);

    /// <summary>Whether the bytes of a picture are still where its row says: a look at its header.</summary>
    /// <exception cref="IOException">The pack is there but cannot be read.</exception>
    public ValueTask<bool> ExistsAsync(Snapshot snapshot, CancellationToken cancellation) =>
        IsEntryAsync(snapshot.Address, cancellation);

    /// <summary>Reads the bytes of a picture into a buffer of exactly <see cref="PackAddress.Length"/> bytes.</summary>
    /// <returns><see langword="false"/> if the picture was deleted since its row was read.</returns>
    /// <exception cref="IOException">The pack is there but cannot be read.</exception>
    public async ValueTask<bool> ReadAsync(Snapshot snapshot, Memory<byte> buffer, CancellationToken cancellation)
    {
        var address = snapshot.Address;
        if (await packs.ReadAsync(address.Pack, address.Part, address.PictureOffset, buffer, cancellation) < buffer.Length)
        {
            return false;
        }

        // An erasure overwrites the header before the picture: if the header still stands, the bytes read were the picture's.
        return await IsEntryAsync(address, cancellation);
    }

    /// <summary>Deletes what was taken in a range: from a moment (included) to a moment (excluded). When this returns, the rows
    /// are gone, and the bytes are overwritten or will be before anyone can adopt them.</summary>
    /// <returns>How many pictures were deleted.</returns>
    public Task<int> DeleteAsync(long cameraKey, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        HoldAsync(
            cameraKey,
            async writer =>
            {
                if (writer.HasClaim(from, to))
                {
                    await committer.SettleAsync(cameraKey, cancellation);
                }

                var erasures = await index.RemoveAsync(cameraKey, from, to, cancellation);
                await CarryOutAsync(writer, erasures);
                return erasures.Count;
            },
            cancellation);

    /// <summary>Deletes a camera with all its packs. Later saves for it are refused; its key must not be used again.</summary>
    public Task DeleteCameraAsync(long cameraKey, CancellationToken cancellation) =>
        HoldAsync(
            cameraKey,
            async writer =>
            {
                await committer.SettleAsync(cameraKey, cancellation);
                await index.RemoveCameraAsync(cameraKey, cancellation);
                writer.IsDeleted = true;

                // Beside the note just made, there may be one that was written when the camera's own row went.
                var noted = await index.ListErasuresAsync(CancellationToken.None);
                await CarryOutAsync(writer, [.. noted.Where(e => e.CameraKey == cameraKey && e.Pack is null)]);
                return true;
            },
            cancellation);

    /// <summary>Deletes a whole pack, with its rows.</summary>
    public Task DeletePackAsync(PackName pack, CancellationToken cancellation) =>
        HoldAsync(
            pack.CameraKey,
            async writer =>
            {
                if (writer.HasClaim(pack.Hour, pack.End))
                {
                    await committer.SettleAsync(pack.CameraKey, cancellation);
                }

                var erasure = await index.RemovePackAsync(pack, cancellation);
                writer.ReadyHours.Remove(pack.Hour);
                await CarryOutAsync(writer, [erasure]);
                return true;
            },
            cancellation);

    /// <summary>Closes the packs whose hour has ended, and those of past hours that were opened for late pictures.</summary>
    public async Task SealFinishedAsync(CancellationToken cancellation)
    {
        await started.Task.WaitAsync(cancellation);
        var due = ArchiveTime.HourOf(clock.GetUtcNow() - options.SealAfter);
        foreach (var pack in await packs.ListOpenAsync(cancellation))
        {
            if (pack.Hour < due)
            {
                await HoldAsync(pack.CameraKey, writer => SealAsync(writer, pack, cancellation), cancellation);
            }
        }
    }

    /// <summary>Makes durable what was appended, closes finished packs, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await committer.DisposeAsync();
        foreach (var writer in writers.Values)
        {
            writer.Dispose();
        }
    }

    private static DateTimeOffset LastOf(DateTimeOffset second) =>
        second.AddTicks(TimeSpan.TicksPerSecond - TimeSpan.TicksPerMicrosecond);

    private async Task<AppendedSnapshot> AppendAsync(NewSnapshot picture, bool urgent, CancellationToken cancellation)
    {
        await started.Task.WaitAsync(cancellation);
        if (!committer.HasRoom)
        {
            throw new ArchiveBusyException();
        }

        var hash = ContentHash.Of(picture.Bytes.Span);
        return await HoldAsync(
            picture.CameraKey,
            async writer =>
            {
                if (writer.IsDeleted)
                {
                    throw new CameraDeletedException();
                }

                var takenAt = picture.OwnsSecond
                    ? await ClaimSecondAsync(writer, picture, cancellation)
                    : await FindFreeMomentAsync(writer, picture, cancellation);
                var pack = PackName.Of(picture.CameraKey, takenAt);
                await ReadyAsync(writer, pack, cancellation);
                var headers = TarEntry.EncodeHeaders(takenAt, picture.Type, picture.Bytes.Length, hash, picture.Notes);
                var address = await packs.AppendAsync(pack, headers, picture.Bytes, cancellation);
                var snapshot = new Snapshot
                {
                    CameraKey = picture.CameraKey,
                    TakenAt = takenAt,
                    Type = picture.Type,
                    Address = address,
                    Hash = hash,
                    Notes = picture.Notes,
                };
                writer.Claim(takenAt);
                writer.Newest = writer.Newest > takenAt ? writer.Newest : takenAt;
                return new AppendedSnapshot(snapshot, committer.AddAsync(snapshot, urgent, s => writer.Release(s.TakenAt)));
            },
            cancellation);
    }

    private async ValueTask<DateTimeOffset> ClaimSecondAsync(
        CameraWriter writer, NewSnapshot picture, CancellationToken cancellation)
    {
        var second = ArchiveTime.SecondOf(picture.TakenAt);
        var next = ArchiveTime.Add(second, TimeSpan.FromSeconds(1));
        var occupied = writer.HasClaim(second, next)
            || (await index.ListAsync(picture.CameraKey, second, next, 1, cancellation)).Count > 0;
        return occupied ? throw new SecondOccupiedException() : second;
    }

    private async ValueTask<DateTimeOffset> FindFreeMomentAsync(
        CameraWriter writer, NewSnapshot picture, CancellationToken cancellation)
    {
        var moment = ArchiveTime.ToMicrosecond(picture.TakenAt);
        writer.Newest ??= (await FindLatestAsync(picture.CameraKey, cancellation))?.TakenAt ?? DateTimeOffset.MinValue;
        if (moment > writer.Newest)
        {
            return moment;
        }

        // The clock stepped back, or an upload lies ahead of it.
        while (writer.HasClaim(moment, moment.AddMicroseconds(1))
            || (await index.ListAsync(picture.CameraKey, moment, moment.AddMicroseconds(1), 1, cancellation)).Count > 0)
        {
            moment = moment.AddMicroseconds(1);
        }

        return moment;
    }

    /// <summary>Before the first entry is added to a pack by this process: looks at what lies behind the last known row.</summary>
    private async Task<bool> ReadyAsync(CameraWriter writer, PackName pack, CancellationToken cancellation)
    {
        await CarryOutUnfinishedAsync(writer);
        if (!writer.IsDeleted && !writer.ReadyHours.Contains(pack.Hour))
        {
            await recovery.RecoverAsync(pack, cancellation);
            writer.ReadyHours.Add(pack.Hour);
        }

        return true;
    }

    private async Task<bool> SealAsync(CameraWriter writer, PackName pack, CancellationToken cancellation)
    {
        if (writer.HasClaim(pack.Hour, pack.End))
        {
            return false;
        }

        await ReadyAsync(writer, pack, cancellation);
        await packs.SealAsync(pack, cancellation);
        return writer.ReadyHours.Remove(pack.Hour);
    }

    private async ValueTask<bool> IsEntryAsync(PackAddress address, CancellationToken cancellation)
    {
        var rented = ArrayPool<byte>.Shared.Rent(TarEntry.BlockLength);
        try
        {
            var block = rented.AsMemory(0, TarEntry.BlockLength);
            return await packs.ReadAsync(address.Pack, address.Part, address.Offset, block, cancellation) == block.Length
                && TarEntry.Classify(block.Span) == TarEntry.BlockKind.Pax;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private async Task CarryOutNotedAsync(CancellationToken cancellation)
    {
        var noted = await index.ListErasuresAsync(cancellation);
        foreach (var camera in noted.Where(e => e.Pack is null).Select(e => e.CameraKey).Distinct())
        {
            // A note that was written when the camera's own row went says nothing about the rows of its pictures.
            await index.RemoveCameraAsync(camera, cancellation);
        }

        var erasures = await index.ListErasuresAsync(cancellation);
        if (erasures.Count > 0)
        {
            await CarryOutAsync(erasures);
            LogErasures(erasures.Count);
        }
    }

    /// <summary>Erases now, or, if the disk refuses, before the camera is written to again. The rows are gone already, and the
    /// note stays in the index, so this neither fails nor stops halfway.</summary>
    private async Task CarryOutAsync(CameraWriter writer, IReadOnlyList<Erasure> erasures)
    {
        writer.Unfinished.AddRange(erasures);
        try
        {
            await CarryOutUnfinishedAsync(writer);
        }
        catch (IOException reason)
        {
            LogErasureFailed(reason);
        }
    }

    private async Task CarryOutUnfinishedAsync(CameraWriter writer)
    {
        if (writer.Unfinished.Count > 0)
        {
            await CarryOutAsync(writer.Unfinished);
            writer.Unfinished.Clear();
        }
    }

    private async Task CarryOutAsync(IReadOnlyList<Erasure> erasures)
    {
        await packs.EraseAsync([.. erasures.Select(e => e.Entry).OfType<PackAddress>()], CancellationToken.None);
        foreach (var erasure in erasures.Where(e => e.Entry is null))
        {
            await (erasure.Pack is { } pack
                ? packs.DeleteAsync(pack, CancellationToken.None)
                : packs.DeleteCameraAsync(erasure.CameraKey, CancellationToken.None));
        }

        await index.ForgetErasuresAsync(erasures, CancellationToken.None);
    }

    private async Task<T> HoldAsync<T>(long cameraKey, Func<CameraWriter, Task<T>> work, CancellationToken cancellation)
    {
        var writer = writers.GetOrAdd(cameraKey, _ => new CameraWriter());
        await writer.Gate.WaitAsync(cancellation);
        try
        {
            return await work(writer);
        }
        finally
        {
            writer.Gate.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Carried out {Count} erasures that were interrupted")]
    private partial void LogErasures(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Deleted pictures could not be erased yet; it will be tried again")]
    private partial void LogErasureFailed(Exception reason);
}
