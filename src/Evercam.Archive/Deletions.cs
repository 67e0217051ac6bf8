using Microsoft.Extensions.Logging;

namespace Evercam.Archive;

/// <summary>Deletes: rows first, with a note of what must be erased in the same transaction, then the bytes, then the note. What is
/// left over, because disk or database refused, is done before its place is used again, and tried again meanwhile.</summary>
/// <remarks>All but what begins with Finish is for the holder of the camera's gate.</remarks>
internal sealed partial class Deletions(
    IPackStore packs,
    ISnapshotIndex index,
    CameraWriters writers,
    SnapshotCommitter committer,
    ITenures tenures,
    TimeProvider clock,
    ILogger log)
{
    private const int TakenBackAtOnce = 500;

    /// <summary>How many pictures of a pack are given up at once: whoever writes to the camera waits no longer than for these.</summary>
    private const int GivenUpAtOnce = 100;

    private readonly CameraRounds rounds = new(clock);
    private readonly Eraser eraser = new(packs, index);
    private readonly KeptMarks marks = new(packs, index);

    /// <summary>Deletes the pictures of a range.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeleteAsync(
        CameraWriter writer, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        await SettleAsync(writer, from, to, cancellation);
        return (await RemoveAsync(writer, () => index.RemoveAsync(writer.CameraKey, from, to, cancellation))).Erasures.Count;
    }

    /// <summary>Marks the pictures of a range to be kept, or takes the marks off.</summary>
    /// <returns>The pictures.</returns>
    public async Task<IReadOnlyList<Snapshot>> MarkAsync(
        CameraWriter writer, DateTimeOffset from, DateTimeOffset to, bool keep, CancellationToken cancellation)
    {
        await SettleAsync(writer, from, to, cancellation);
        var pictures = writer.IsDeleted ? [] : await index.ListAsync(writer.CameraKey, from, to, int.MaxValue, cancellation);
        await (keep ? marks.KeepAsync(writer.CameraKey, pictures) : marks.ReleaseAsync(writer.CameraKey, pictures));
        return pictures;
    }

    /// <summary>Deletes a whole pack; of one with pictures that are to be kept, some of the others.</summary>
    /// <returns>Whether the disk let go of it; else it is noted, and tried again. <see langword="null"/> if there may be more.</returns>
    public async Task<bool?> DeletePackAsync(CameraWriter writer, PackName pack, CancellationToken cancellation)
    {
        await SettleAsync(writer, pack.Hour, pack.End, cancellation);
        await marks.AgreeAsync(pack, cancellation);
        writer.ReadyHours.Remove(pack.Hour);
        var (erasures, isGone) = await RemoveAsync(
            writer, async () => await index.RemovePackAsync(pack, cancellation) is { } whole ? [whole] : []);
        if (erasures.Count > 0)
        {
            writers.Forget(writer, writer.Abandoned(pack));
            return isGone;
        }

        var (some, areGone) = await RemoveAsync(writer, () => index.RemoveLooseAsync(pack, GivenUpAtOnce, cancellation));
        return some.Count == GivenUpAtOnce && areGone ? null : areGone;
    }

    /// <summary>Gives up the oldest pictures of a pack, but for those that are to be kept, and leaves the pack.</summary>
    /// <returns>What was given up; <see langword="null"/> if nothing may go.</returns>
    public async Task<ShortenedPack?> GiveUpOldestAsync(
        CameraWriter writer, PackName pack, DateTimeOffset until, CancellationToken cancellation)
    {
        await marks.AgreeAsync(pack, cancellation);
        var oldest = await index.ListLooseAsync(pack, GivenUpAtOnce + 1, cancellation);
        var due = oldest.Take(GivenUpAtOnce).TakeWhile(s => s.TakenAt < until).ToList();
        if (due.Count == 0)
        {
            return null;
        }

        var (some, areGone) = await RemoveAsync(writer, () => index.RemoveLooseAsync(pack, due.Count, cancellation));
        if (some.Count == 0)
        {
            return null;
        }

        var bytes = some.Sum(e => e.Entry!.Value.EntryLength);
        var gone = new GivenUp(pack, some.Count, bytes, due[0].TakenAt, due[^1].TakenAt);
        return new ShortenedPack(gone, oldest.Skip(due.Count).FirstOrDefault()?.TakenAt, areGone);
    }

    /// <summary>Deletes all packs of a camera, for good. It may be deleted already, or noted.</summary>
    public async Task DeleteCameraAsync(CameraWriter writer, CancellationToken cancellation)
    {
        writer.OwesErasures = true;
        await index.NoteCameraAsync(writer.CameraKey, cancellation);
        writer.IsDeleted = true;
        try
        {
            await PayAsync(writer, pack: null);
        }
        catch (IOException reason)
        {
            TellFailure(writer.CameraKey, reason);
        }
    }

    /// <summary>Does what is left to be done for a camera.</summary>
    /// <param name="writer">The camera.</param>
    /// <param name="pack">What concerns this pack, which is about to be used; <see langword="null"/> for everything.</param>
    /// <exception cref="CameraElsewhereException">It is the duty of another server.</exception>
    /// <exception cref="IOException">Disk or database refuse. The pack must not be used now.</exception>
    public async Task PayAsync(CameraWriter writer, PackName? pack)
    {
        tenures.Demand(writer.CameraKey);
        if (writer.OwesErasures)
        {
            var noted = await index.ListErasuresAsync(writer.CameraKey, CancellationToken.None);
            if (noted.Any(e => e.Pack is null))
            {
                writer.IsDeleted = true;
                await committer.SettleAsync(writer.CameraKey, CancellationToken.None);
            }

            List<Erasure> due = [.. noted.Where(e => pack is null || e.Pack is null || e.Pack == pack)];
            await eraser.CarryOutAsync(due);
            foreach (var whole in due.Where(e => e.Entry is null))
            {
                writers.Forget(writer, writer.Abandoned(whole.Pack));
            }

            writer.OwesErasures = due.Count < noted.Count;
        }

        await TakeBackAsync(writer, pack);
        if (!writer.IsInDebt && writer.IsEndOfNews())
        {
            LogErased(writer.CameraKey);
        }
    }

    /// <summary>Takes back pictures that were given up: the row, should the database have taken it or take it yet, and the bytes.</summary>
    /// <param name="writer">The camera.</param>
    /// <param name="pack">Only those in this pack; <see langword="null"/> for all.</param>
    /// <exception cref="IOException">The database did not say so, or the disk refuses; what is left is noted.</exception>
    public async Task TakeBackAsync(CameraWriter writer, PackName? pack)
    {
        foreach (var some in writer.Abandoned(pack).Chunk(TakenBackAtOnce))
        {
            var (_, areGone) = await RemoveAsync(
                writer, () => index.TakeBackAsync(writer.CameraKey, some, CancellationToken.None));
            writers.Forget(writer, some);
            if (!areGone)
            {
                // Nothing is added to a pack that the disk does not let go of.
                writer.ReadyHours.ExceptWith(some.Select(s => s.Address.Pack.Hour));
                throw new IOException("Pictures that were given up could not be erased yet.");
            }
        }
    }

    /// <summary>Carries out what is noted in the index, whoever noted it. A camera that makes trouble holds up no other.</summary>
    public async Task FinishAsync(IReadOnlyList<Erasure> noted, CancellationToken cancellation)
    {
        foreach (var camera in noted.Select(e => e.CameraKey).Distinct())
        {
            await FinishCameraAsync(camera, owesErasures: true, cancellation);
        }
    }

    /// <summary>Does what is left to be done for a camera, if disk and database allow. What takes long, such as the removal of millions
    /// of rows, is not waited for.</summary>
    /// <returns>Whether it is done.</returns>
    public async Task<bool> FinishCameraAsync(long cameraKey, bool owesErasures, CancellationToken cancellation) =>
        await rounds.TryAsync(cameraKey, () => TryFinishAsync(cameraKey, owesErasures, cancellation), cancellation) == true;

    private async Task<bool> TryFinishAsync(long cameraKey, bool owesErasures, CancellationToken cancellation)
    {
        try
        {
            await index.AwaitReadyAsync(cancellation);
            await writers.HoldAsync(
                cameraKey,
                writer =>
                {
                    // What another one noted and has carried out meanwhile is no longer in the index.
                    writer.OwesErasures |= owesErasures;
                    return PayAsync(writer, pack: null);
                },
                cancellation);
            return true;
        }
#pragma warning disable CA1031 // One camera in trouble must not hold up the others: a damaged page of the index is about a few rows.
        catch (Exception reason) when (reason is not OperationCanceledException)
#pragma warning restore CA1031
        {
            TellFailure(cameraKey, reason);
            return false;
        }
    }

    private async Task SettleAsync(
        CameraWriter writer, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        if (writer.HasClaim(from, to))
        {
            await committer.SettleAsync(writer.CameraKey, cancellation);
        }
    }

    /// <summary>Removes rows and erases their bytes, now or, if the disk refuses, later. The note stays in the index, so this does not
    /// fail once the rows are gone.</summary>
    /// <returns>What had to be erased, and whether the disk let go of all.</returns>
    private async Task<(IReadOnlyList<Erasure> Erasures, bool AreGone)> RemoveAsync(
        CameraWriter writer, Func<Task<IReadOnlyList<Erasure>>> remove)
    {
        // Until the database has said what it did, it may have done it.
        var owedBefore = writer.OwesErasures;
        writer.OwesErasures = true;
        var erasures = await remove();
        try
        {
            await eraser.CarryOutAsync(erasures);
            writer.OwesErasures = owedBefore;
            return (erasures, true);
        }
        catch (IOException reason)
        {
            TellFailure(writer.CameraKey, reason);
            return (erasures, false);
        }
    }

    /// <summary>Says of each failure once that it is so, and not in each round. What another server does from now on is none.</summary>
    private void TellFailure(long camera, Exception reason)
    {
        if (reason is not (IndexUnavailableException { IsTold: true } or CameraElsewhereException) && writers.Of(camera).IsNews(reason.Message))
        {
            LogErasureFailed(camera, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Deleted or abandoned pictures of camera {Camera} could not be erased yet; it will be tried again")]
    private partial void LogErasureFailed(long camera, Exception reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What could not be erased of camera {Camera} is erased")]
    private partial void LogErased(long camera);
}
