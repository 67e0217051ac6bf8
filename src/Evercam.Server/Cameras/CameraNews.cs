using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Cameras;

/// <summary>Tells those who must know that a camera was saved or deleted. The database has it already, so whatever fails here is
/// logged and not the caller's business: a recorder that cannot look a change up tries again until it can, and the archive finishes
/// deletions by itself; a card that could not be written is owed until it is (<see cref="CardUpkeep"/>).</summary>
internal sealed partial class CameraNews(
    EvercamDb db, IGrainFactory grains, IPackStore packs, OwedCards owed, TimeProvider clock, ILogger<CameraNews> log)
{
    /// <summary>How long whoever deletes a camera waits for its pictures to go: a million of them are gone by then. Nobody finds the others
    /// either, and the note of their erasure was written with the end of the camera.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A camera was made or changed.</summary>
    public async Task SavedAsync(long key)
    {
        await ChangedAsync(key);
        await WriteCardAsync(key);
    }

    /// <summary>Something was changed that does not stand on a camera's card.</summary>
    public Task ChangedAsync(long key) => TryAsync(key, () => grains.GetGrain<IRecorder>(key).ReloadAsync());

    /// <summary>A camera was deleted: its pictures go, in the background if they are very many.</summary>
    public async Task DeletedAsync(long key) =>
        await ChangedAsync(key).WaitAsync(Patience, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>A user has another name, which stands on the cards of the cameras.</summary>
    public async Task OwnerRenamedAsync(long userKey)
    {
        foreach (var key in await db.Cameras.Where(camera => camera.OwnerKey == userKey).Select(camera => camera.Key).ToListAsync(CancellationToken.None))
        {
            await WriteCardAsync(key);
        }
    }

    /// <summary>Of several who write a camera's card at once, on this server or another, each looks again at what holds, and writes that
    /// if it is not what it wrote: so whoever writes last has written it. A camera that was deleted meanwhile took its card with it, and this
    /// one would stay: it is taken away again.</summary>
    public async Task PutCardAsync(long key)
    {
        try
        {
            var (written, card) = (default(CameraCard), await FindCardAsync(key));
            while (card is not null && card != written)
            {
                (written, card) = (card, await WriteAsync(card));
            }

            if (card is null)
            {
                await grains.GetGrain<IRecorder>(key).ReloadAsync();
            }

            owed.Remove(key);
        }
        catch
        {
            owed.Add(key);
            throw;
        }
    }

    private Task WriteCardAsync(long key) => TryAsync(key, () => PutCardAsync(key));

    /// <returns>What should stand on the card now; <see langword="null"/> if the camera is gone, which may have taken away the folder of the
    /// card that was being written.</returns>
    private async Task<CameraCard?> WriteAsync(CameraCard card)
    {
        try
        {
            await packs.WriteCardAsync(card.Key, card.ToJson(), CancellationToken.None);
        }
        catch (IOException)
        {
            if (await FindCardAsync(card.Key) is not null)
            {
                throw;
            }
        }

        return await FindCardAsync(card.Key);
    }

    private Task<CameraCard?> FindCardAsync(long key) => db.Cameras.AsNoTracking()
        .Where(camera => camera.Key == key)
        .Select(CameraCard.OfCamera)
        .SingleOrDefaultAsync(CancellationToken.None);

    private async Task TryAsync(long key, Func<Task> tell)
    {
        try
        {
            await tell();
        }
#pragma warning disable CA1031 // An edge: what is saved is saved, whoever cannot be told of it.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            LogNotTold(key, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Camera {Camera} was saved or deleted, and not all was told of it")]
    private partial void LogNotTold(long camera, Exception reason);
}
