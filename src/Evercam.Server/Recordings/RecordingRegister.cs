using Evercam.Server.Activities;
using Evercam.Server.Cameras;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Recordings;

/// <summary>Writes what is recorded of a camera, and tells its recorder. Whoever asks has the right to.</summary>
internal sealed class RecordingRegister(EvercamDb db, CameraNews news, TimeProvider clock)
{
    /// <summary>When this returns, the recorder goes by it.</summary>
    /// <exception cref="ApiException">There is no such camera any more (404).</exception>
    public async Task WriteAsync(long cameraKey, Recording recording, Actor actor, CancellationToken cancellation)
    {
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            var camera = db.Cameras.Where(c => c.Key == cameraKey);
            var before = await camera.AsNoTracking().Select(c => c.Recording).SingleOrDefaultAsync(cancellation)
                ?? throw NoCamera();
            var changed = NamesOf(before, recording);
            if (changed is "")
            {
                return;
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
    }

    private static ApiException NoCamera() => ApiException.NotFound("Camera does not exist");

    private Task<int> UpdateAsync(IQueryable<Camera> camera, Recording recording, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return camera.ExecuteUpdateAsync(
            set => set
                .SetProperty(c => c.Recording.Status, recording.Status)
                .SetProperty(c => c.Recording.PicturesPerMinute, recording.PicturesPerMinute)
                .SetProperty(c => c.Recording.Schedule, recording.Schedule)
                .SetProperty(c => c.Recording.KeepDays, recording.KeepDays)
                .SetProperty(c => c.Recording.KeepBytes, recording.KeepBytes)
                .SetProperty(c => c.Recording.Notes, recording.Notes)
                .SetProperty(c => c.UpdatedAt, now),
            cancellation);
    }

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
