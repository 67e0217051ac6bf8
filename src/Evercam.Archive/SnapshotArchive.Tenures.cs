using System.Data.Common;

namespace Evercam.Archive;

/// <summary>What there is to do where several servers share the archive.</summary>
public sealed partial class SnapshotArchive
{
    /// <summary>Whether nothing could be put where the packs are when that was last tried: no server can begin with a camera then.</summary>
    public bool ArePacksAway => committer.ArePacksAway;

    /// <summary>Makes durable what was appended for a camera, before another server writes to it.</summary>
    /// <exception cref="IOException">Disk or database do not answer in time.</exception>
    public Task SettleAsync(long cameraKey, CancellationToken cancellation) => ChangeAsync(
        cameraKey,
        async writer =>
        {
            await committer.SettleAsync(writer.CameraKey, cancellation);
            return true;
        },
        cancellation);

    /// <summary>Forgets what is remembered of a camera that another server may have written to since, before this one begins to write to it
    /// again; it has no tenure yet.</summary>
    /// <exception cref="IOException">Something still waits for its row, or the packs do not answer.</exception>
    public Task BeginTenureAsync(long cameraKey, CancellationToken cancellation) => ChangeAsync(
        cameraKey,
        async writer =>
        {
            await ForgetAsync(writer, cancellation);
            return true;
        },
        cancellation);

    /// <summary>Gives rows to the pictures of this hour that the server before this one had put into a camera's pack, and had no time to add to
    /// the index. The first picture that is added does the same.</summary>
    /// <exception cref="IOException">The packs do not answer.</exception>
    /// <exception cref="DbException">The database does not answer.</exception>
    public Task AdoptAsync(long cameraKey, CancellationToken cancellation) => ChangeAsync(
        cameraKey,
        async writer =>
        {
            await appender.ReadyAsync(writer, PackName.Of(cameraKey, clock.GetUtcNow()), cancellation);
            return true;
        },
        cancellation);

    /// <summary>Lets go of what is remembered of a camera that this server has lost: what waits of it gets no row any more, and whoever has
    /// the camera finds what is whole. One that it has taken again stays as it is.</summary>
    /// <exception cref="IOException">The packs do not answer.</exception>
    public Task EndTenureAsync(long cameraKey, CancellationToken cancellation) => ChangeAsync(
        cameraKey,
        async writer =>
        {
            if (tenures.Of(cameraKey) is null)
            {
                committer.GiveUp(cameraKey, new CameraElsewhereException([cameraKey]));
                await ForgetAsync(writer, cancellation);
            }

            return true;
        },
        cancellation);

    private async Task ForgetAsync(CameraWriter writer, CancellationToken cancellation)
    {
        await committer.SettleAsync(writer.CameraKey, cancellation);
        await packs.LetGoAsync(writer.CameraKey, cancellation);
        writers.Forget(writer, writer.Abandoned(pack: null));
        writer.BeginAnew();
    }
}
