using Evercam.Server.Activities;
using Evercam.Server.Cameras;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Recordings;

/// <summary>Writes what is recorded of a camera, and tells its recorder. Whoever asks has the right to.</summary>
internal sealed class RecordingRegister(EvercamDb db, CameraNews news, TimeProvider clock)
{
    /// <summary>When this returns, the recorder goes by it.</summary>
    /// <param name="access">The camera, and what the caller may do with it.</param>
    /// <param name="change">Makes the settings of those that there are.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The settings as they are now.</returns>
    /// <exception cref="ApiException">There is no such camera any more (404), the change breaks rules (400), or it would delete pictures
    /// that the caller may not delete (403).</exception>
    public async Task<Recording> WriteAsync(
        CameraAccess access, Func<Recording, Recording> change, Actor actor, CancellationToken cancellation)
    {
        var cameraKey = access.Camera.Key;
        Recording recording;
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            // Of two who change it at once, the second sees what the first has said. SQLite has one writer anyway.
            if (db.Database.IsNpgsql())
            {
                await db.Database.ExecuteSqlAsync($"SELECT 1 FROM cameras WHERE key = {cameraKey} FOR UPDATE", cancellation);
            }

            var camera = db.Cameras.Where(c => c.Key == cameraKey);
            var before = await camera.AsNoTracking().Select(c => c.Recording).SingleOrDefaultAsync(cancellation)
                ?? throw NoCamera();
            recording = change(before);
            if (Shortens(before, recording) && !access.Stored.HasFlag(CameraRights.Delete))
            {
                throw ApiException.Unauthorized();
            }

            var changed = NamesOf(before, recording);
            if (changed is "")
            {
                return recording;
            }

            // The camera before its log: a line about one that is gone would be refused.
            if (await UpdateAsync(camera, recording, cancellation) == 0)
            {
                throw NoCamera();
            }

            db.Add(actor.Did(ActivityKind.Edited, cameraKey, clock.GetUtcNow(), changed));
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await news.ChangedAsync(cameraKey);
        return recording;
    }

    /// <summary>Whether pictures would go that now stay: a bound that is set, or tighter than before.</summary>
    private static bool Shortens(Recording before, Recording after) =>
        after.KeepDays < (before.KeepDays ?? int.MaxValue) || after.KeepBytes < (before.KeepBytes ?? long.MaxValue);

    private static ApiException NoCamera() => ApiException.NotFound("Camera does not exist");

    /// <summary>The time of the camera's last change is that of its own settings (contract 5.1), and stays.</summary>
    private static Task<int> UpdateAsync(IQueryable<Camera> camera, Recording recording, CancellationToken cancellation) =>
        camera.ExecuteUpdateAsync(
            set => set
                .SetProperty(c => c.Recording.Status, recording.Status)
                .SetProperty(c => c.Recording.PicturesPerMinute, recording.PicturesPerMinute)
                .SetProperty(c => c.Recording.Schedule, recording.Schedule)
                .SetProperty(c => c.Recording.KeepDays, recording.KeepDays)
                .SetProperty(c => c.Recording.KeepBytes, recording.KeepBytes)
                .SetProperty(c => c.Recording.Notes, recording.Notes),
            cancellation);

    /// <summary>What a change changes, for the camera's log; blank if nothing.</summary>
    private static string NamesOf(Recording before, Recording after)
    {
        (string Name, bool Changed)[] fields =
        [
            ("status", before.Status != after.Status),
            ("frequency", before.PicturesPerMinute != after.PicturesPerMinute),
            ("schedule", before.Schedule != after.Schedule),
            ("keep_days", before.KeepDays != after.KeepDays),
            ("keep_bytes", before.KeepBytes != after.KeepBytes),
            ("notes", before.Notes != after.Notes),
        ];
        return string.Join(',', fields.Where(field => field.Changed).Select(field => $"recording_{field.Name}"));
    }
}
