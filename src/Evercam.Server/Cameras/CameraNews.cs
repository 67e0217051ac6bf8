using System.Text.Json;
using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Cameras;

/// <summary>Tells those who must know that a camera was saved or deleted. The database has it already, so whatever fails here is
/// logged and not the caller's business: a recorder that cannot look a change up tries again until it can, and the archive finishes
/// deletions by itself.</summary>
internal sealed partial class CameraNews(
    EvercamDb db, IGrainFactory grains, IPackStore packs, TimeProvider clock, ILogger<CameraNews> log)
{
    /// <summary>How long whoever deletes a camera waits for its pictures to go: a million of them are gone by then. Nobody finds the others
    /// either, and the note of their erasure was written with the end of the camera.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly JsonWriterOptions Readable = new() { Indented = true };

    /// <summary>A camera was made or changed. Its owner is loaded.</summary>
    public async Task SavedAsync(Camera camera)
    {
        await ChangedAsync(camera.Key);
        await WriteCardAsync(camera);
    }

    /// <summary>Something was changed that does not stand on a camera's card.</summary>
    public Task ChangedAsync(long key) => TryAsync(key, () => grains.GetGrain<IRecorder>(key).ReloadAsync());

    /// <summary>A camera was deleted: its pictures go, in the background if they are very many.</summary>
    public async Task DeletedAsync(long key) =>
        await ChangedAsync(key).WaitAsync(Patience, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>A user has another name, which stands on the cards of the cameras.</summary>
    public async Task OwnerRenamedAsync(long userKey)
    {
        var cameras = await db.Cameras.AsNoTracking().Include(camera => camera.Owner)
            .Where(camera => camera.OwnerKey == userKey).ToListAsync(CancellationToken.None);
        foreach (var camera in cameras)
        {
            await WriteCardAsync(camera);
        }
    }

    /// <summary>The card beside the packs says whose pictures they are, should the database be lost.</summary>
    private Task WriteCardAsync(Camera camera)
    {
        var card = new MemoryStream();
        using (var json = new Utf8JsonWriter(card, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("key", camera.Key);
            json.WriteString("id", camera.Id);
            json.WriteString("name", camera.Name);
            json.WriteString("owner", camera.Owner!.UserName);
            json.WriteString("timezone", camera.Timezone);
            json.WriteEndObject();
        }

        return TryAsync(camera.Key, () => WriteCardAsync(camera.Key, card.ToArray()));
    }

    /// <summary>A camera that was deleted meanwhile took its card with it, and this one would stay: it is taken away again.</summary>
    private async Task WriteCardAsync(long key, byte[] card)
    {
        await packs.WriteCardAsync(key, card, CancellationToken.None);
        if (!await db.Cameras.AnyAsync(camera => camera.Key == key, CancellationToken.None))
        {
            await grains.GetGrain<IRecorder>(key).ReloadAsync();
        }
    }

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
