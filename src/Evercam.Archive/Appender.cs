using Evercam.Archive.Pack;

namespace Evercam.Archive;

/// <summary>Adds pictures to packs, and closes packs. All of it is for the holder of the camera's gate.</summary>
internal sealed class Appender(
    IPackStore packs,
    ISnapshotIndex index,
    PackRecovery recovery,
    Deletions deletions,
    SnapshotCommitter committer,
    ITenures tenures,
    TimeProvider clock)
{
    /// <summary>How long a picture waits that can do without the answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly KeptMarks marks = new(packs, index);

    /// <summary>Asks for the second that a picture claims before the camera's turn: so a database that does not answer holds up no
    /// recording. In its turn it is asked for again.</summary>
    /// <exception cref="SecondOccupiedException">It is taken, and nothing that was given up may be what takes it.</exception>
    public async Task AskAheadAsync(CameraWriter writer, NewSnapshot picture, CancellationToken cancellation)
    {
        if (picture.OwnsSecond && await IsInIndexAsync(picture, cancellation) && !writer.IsInDebt)
        {
            throw new SecondOccupiedException();
        }
    }

    /// <summary>Finds the picture's moment, puts it into its pack, and hands it on to be committed.</summary>
    /// <param name="writer">The camera.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="hash">Of its bytes.</param>
    /// <param name="caller">Who waits for it; <see langword="null"/> if nobody does.</param>
    /// <param name="cancellation">Honoured before the first byte is written.</param>
    public async Task<PendingSnapshot> AppendAsync(
        CameraWriter writer, NewSnapshot picture, ContentHash hash, WaitingCaller? caller, CancellationToken cancellation)
    {
        ThrowIfDeleted(writer);
        var takenAt = picture.OwnsSecond
            ? await ClaimSecondAsync(writer, picture, cancellation)
            : await FindFreeMomentAsync(writer, picture, cancellation);
        var pack = PackName.Of(picture.CameraKey, takenAt);
        await ReadyAsync(writer, pack, cancellation);
        ThrowIfDeleted(writer);
        cancellation.ThrowIfCancellationRequested();
        if (caller?.IsFirst() == false)
        {
            throw new OperationCanceledException("The caller has left.");
        }

        var headers = TarEntry.EncodeHeaders(takenAt, picture.Type, picture.Bytes.Length, hash, picture.Notes);
        var address = await packs.AppendAsync(pack, headers, picture.Bytes, CancellationToken.None);
        writer.Claim(takenAt, isRecorded: !picture.OwnsSecond);
        var snapshot = new Snapshot
        {
            CameraKey = picture.CameraKey,
            TakenAt = takenAt,
            Type = picture.Type,
            Address = address,
            Hash = hash,
            Notes = picture.Notes,
        };
        return committer.Add(snapshot, urgent: caller is not null);
    }

    /// <summary>Before the first entry is added to a pack by this process, or to one that somebody has put in its place: does what is
    /// left to be done there, and looks at what lies behind the last entry that has a row.</summary>
    public async Task ReadyAsync(CameraWriter writer, PackName pack, CancellationToken cancellation)
    {
        if (writer.ReadyHours.Contains(pack.Hour) && !packs.WasReplaced(pack))
        {
            return;
        }

        // What waits for its row was written to the file that was opened before.
        writer.ReadyHours.Remove(pack.Hour);
        if (writer.HasClaim(pack.Hour, pack.End))
        {
            await committer.SettleAsync(writer.CameraKey, cancellation);
        }

        await deletions.PayAsync(writer, pack);
        if (!writer.IsDeleted)
        {
            await recovery.RecoverAsync(
                pack, await MayHaveRowsAsync(writer, pack, cancellation), writer.Deleted, cancellation);
            writer.ReadyHours.Add(pack.Hour);
        }
    }

    /// <summary>Before a range is changed: brings those of the open packs in order that it meets, so that all of its pictures have rows. What a
    /// crash left there without any would get them later, as if nothing had been changed.</summary>
    /// <returns>The packs.</returns>
    /// <exception cref="IOException">One of them cannot be read now.</exception>
    public async Task<List<PackName>> ReadyAsync(
        CameraWriter writer, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var open = await packs.ListOpenAsync(cancellation);
        var met = open.Where(pack => pack.CameraKey == writer.CameraKey && pack.Hour < to && pack.End > from).ToList();
        foreach (var pack in met)
        {
            await ReadyAgainAsync(writer, pack, cancellation);
        }

        return met;
    }

    /// <summary>Closes a pack, unless pictures of it still wait for their rows, or to be taken back: should the process end before
    /// they are, the next one finds them only in a pack that is open.</summary>
    public async Task SealAsync(CameraWriter writer, PackName pack, CancellationToken cancellation)
    {
        if (writer.HasClaim(pack.Hour, pack.End) || writer.Abandoned(pack).Count > 0)
        {
            return;
        }

        await ReadyAgainAsync(writer, pack, cancellation);
        if (tenures.AreShared)
        {
            // So may a list have arrived that says less than was marked since.
            await marks.AgreeAsync(pack, cancellation);
        }

        // Closing may fail halfway, behind the end mark: then the pack is looked at before it is used again.
        writer.ReadyHours.Remove(pack.Hour);
        await packs.SealAsync(pack, cancellation);
        writer.Deleted.Forget(pack);
    }

    private Task ReadyAgainAsync(CameraWriter writer, PackName pack, CancellationToken cancellation)
    {
        if (tenures.AreShared)
        {
            // What a server that had the camera before was putting there may have arrived late.
            writer.ReadyHours.Remove(pack.Hour);
        }

        return ReadyAsync(writer, pack, cancellation);
    }

    private static void ThrowIfDeleted(CameraWriter writer)
    {
        if (writer.IsDeleted)
        {
            throw new CameraDeletedException();
        }
    }

    private async ValueTask<DateTimeOffset> ClaimSecondAsync(
        CameraWriter writer, NewSnapshot picture, CancellationToken cancellation)
    {
        var second = ArchiveTime.SecondOf(picture.TakenAt);
        var next = ArchiveTime.Add(second, TimeSpan.FromSeconds(1));

        // What was given up does not occupy its second.
        await deletions.TakeBackAsync(writer, PackName.Of(picture.CameraKey, second));
        return writer.HasClaim(second, next) || await IsInIndexAsync(picture, cancellation)
            ? throw new SecondOccupiedException()
            : second;
    }

    private async Task<bool> IsInIndexAsync(NewSnapshot picture, CancellationToken cancellation)
    {
        var second = ArchiveTime.SecondOf(picture.TakenAt);
        var next = ArchiveTime.Add(second, TimeSpan.FromSeconds(1));
        return (await index.ListAsync(picture.CameraKey, second, next, 1, cancellation)).Count > 0;
    }

    private async ValueTask<DateTimeOffset> FindFreeMomentAsync(
        CameraWriter writer, NewSnapshot picture, CancellationToken cancellation)
    {
        var moment = ArchiveTime.ToMicrosecond(picture.TakenAt);
        writer.Newest ??= await FindNewestAsync(picture.CameraKey, cancellation);
        if (moment > writer.Newest)
        {
            return moment;
        }

        // The clock stepped back, or an upload lies ahead of it. If the database does not say whether the moment is taken, the commit does.
        while (writer.HasClaim(moment, moment.AddMicroseconds(1))
            || await HasPictureAsync(picture.CameraKey, moment, moment.AddMicroseconds(1), cancellation) == true)
        {
            moment = PictureMoments.Next(moment);
        }

        return moment;
    }

    /// <summary>Of an hour that began after the newest picture there is no row: recording goes on into it without the database. An upload
    /// that lies ahead of the clock may be anywhere: then the database is asked.</summary>
    /// <returns><see langword="null"/> if it does not answer.</returns>
    private async ValueTask<bool?> MayHaveRowsAsync(CameraWriter writer, PackName pack, CancellationToken cancellation)
    {
        if (writer.Newest < pack.Hour)
        {
            return false;
        }

        return writer.NewestRecorded < pack.Hour
            ? await HasPictureAsync(writer.CameraKey, pack.Hour, pack.End, cancellation)
            : true;
    }

    /// <returns><see langword="null"/> if the database does not answer.</returns>
    private async Task<DateTimeOffset?> FindNewestAsync(long cameraKey, CancellationToken cancellation)
    {
        var (isAnswered, newest) = await AskBrieflyAsync(
            leave => index.FindAtOrBeforeAsync(cameraKey, DateTimeOffset.MaxValue, leave), cancellation);
        return isAnswered ? newest?.TakenAt ?? DateTimeOffset.MinValue : null;
    }

    /// <returns><see langword="null"/> if the database does not answer.</returns>
    private async Task<bool?> HasPictureAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var (isAnswered, found) = await AskBrieflyAsync(leave => index.ListAsync(cameraKey, from, to, 1, leave), cancellation);
        return isAnswered ? found!.Count > 0 : null;
    }

    /// <summary>Asks what a picture can do without: recording waits for no database that does not answer.</summary>
    private async Task<(bool IsAnswered, T? Answer)> AskBrieflyAsync<T>(
        Func<CancellationToken, Task<T>> question, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return (true, await question(either.Token).WaitAsync(either.Token));
        }
        catch (IndexUnavailableException)
        {
            return (false, default);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (false, default);
        }
    }
}
