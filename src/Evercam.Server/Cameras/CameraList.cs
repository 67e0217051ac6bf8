using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Cameras;

/// <summary>Cameras in a list: those that the caller may know of, each in the form that the caller may see.</summary>
internal static class CameraList
{
    /// <summary>Reads them oldest first, in as many queries for a thousand cameras as for one. The logs of those that are seen whole tell so,
    /// unless their owner sees them in person.</summary>
    public static async Task<IReadOnlyList<CameraResponse>> ListKnownAsync(
        this EvercamDb db, IQueryable<Camera> cameras, Caller caller, Actor actor, ActivityLog log, CancellationToken cancellation)
    {
        var people = KnownCameras.PeopleOf(caller);
        var loaded = await cameras.Where(KnownCameras.Perhaps(caller))
            .Include(camera => camera.Owner)
            .Include(camera => camera.Shares.Where(share => people.Contains(share.UserKey)))
            .AsNoTrackingWithIdentityResolution().OrderBy(camera => camera.Key).ToListAsync(cancellation);
        var known = loaded.Select(camera => (Camera: camera, Rights: RightsRule.OfCamera(caller, CameraFacts.Of(camera)).All))
            .Where(seen => (seen.Rights & (CameraRights.List | CameraRights.View)) != 0).ToList();
        var models = await db.EffectiveModelsAsync([.. known.Select(seen => seen.Camera)], cancellation);
        foreach (var (camera, _) in known.Where(seen => seen.Rights.HasFlag(CameraRights.View) && !IsOwner(seen.Camera)))
        {
            log.Saw(actor, ActivityKind.Accessed, camera.Key);
        }

        return [.. known.Select(seen => CameraResponse.Of(
            seen.Camera, models.GetValueOrDefault(seen.Camera.Key), seen.Rights.HasFlag(CameraRights.View)))];

        bool IsOwner(Camera camera) => actor.UserKey == camera.OwnerKey && actor.ClientKey is null;
    }
}
