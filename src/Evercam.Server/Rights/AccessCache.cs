using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Rights;

/// <summary>The facts of cameras that were asked for a moment ago, so that serving a picture need not ask the
/// database.</summary>
internal sealed class AccessCache(IOptions<HttpOptions> options, Hearing hearing, TimeProvider clock)
{
    private const int Capacity = 50_000;

    private readonly ShortMemory<string, CameraFacts> cameras = new(options.Value.RememberCameras, Capacity, clock);

    /// <summary>The facts of a camera; <see langword="null"/> if there is none with this id.</summary>
    public ValueTask<CameraFacts?> FindAsync(string id, HttpContext context) =>
        hearing.IsGood && cameras.TryGet(id, out var known)
            ? ValueTask.FromResult<CameraFacts?>(known)
            : LoadAsync(id, context);

    /// <summary>Forgets a camera: its owner, its shares or its visibility changed, or it is gone.</summary>
    public void Forget(long cameraKey) => cameras.Forget(camera => camera.Key == cameraKey);

    /// <summary>Forgets the cameras of a user who is gone, and those shared with that user.</summary>
    public void ForgetUser(long userKey) =>
        cameras.Forget(camera => camera.OwnerKey == userKey || camera.Shares.ContainsKey(userKey));

    /// <summary>Forgets every camera: anything may have changed.</summary>
    public void ForgetAll() => cameras.Forget(_ => true);

    private async ValueTask<CameraFacts?> LoadAsync(string id, HttpContext context)
    {
        var ticket = cameras.Ticket;
        var db = context.RequestServices.GetRequiredService<EvercamDb>();
        var camera = await db.Cameras.Where(camera => camera.Id == id).ReadFactsAsync(context.RequestAborted);
        if (camera is not null)
        {
            cameras.Keep(ticket, id, camera);
        }

        return camera;
    }
}

internal static class CameraFactsQuery
{
    /// <summary>The facts of the first of these cameras; <see langword="null"/> if there is none.</summary>
    public static async Task<CameraFacts?> ReadFactsAsync(this IQueryable<Camera> cameras, CancellationToken cancellation)
    {
        var read = await cameras
            .Select(camera => new
            {
                camera.Key,
                camera.Id,
                camera.OwnerKey,
                camera.IsPublic,
                camera.Timezone,
                Shares = camera.Shares.Select(share => new { share.UserKey, share.Rights }).ToList(),
            })
            .FirstOrDefaultAsync(cancellation);
        return read is null
            ? null
            : new(
                read.Key,
                read.Id,
                read.OwnerKey,
                read.IsPublic,
                read.Timezone,
                read.Shares.ToDictionary(share => share.UserKey, share => share.Rights));
    }
}
