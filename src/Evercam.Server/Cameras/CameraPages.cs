using Evercam.Archive;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Cameras;

/// <summary>The page of a camera, for whoever may see it with a program.</summary>
internal static class CameraPages
{
    public static void MapCameraPages(this IEndpointRouteBuilder pages)
    {
        // The second one is for a camera called "new", see CameraPath.
        foreach (var path in new[] { "/cameras/{id}", "/cameras/{id}/overview" })
        {
            pages.MapGet(path, ShowAsync).ForCamera(access => access.KnowsOf).Tells(ActivityKind.Accessed);
        }
    }

    private static async Task<RazorComponentResult> ShowAsync(
        CameraAccess access, EvercamDb db, SnapshotArchive archive, HttpContext context, CancellationToken cancellation)
    {
        var camera = await db.Cameras.AsNoTracking().Include(c => c.Owner)
            .SingleOrDefaultAsync(c => c.Key == access.Camera.Key, cancellation)
            ?? throw ApiException.NotFound();
        var model = await db.EffectiveModelAsync(camera, cancellation);
        var kept = access.Stored.HasFlag(CameraRights.View)
            ? await archive.FindLatestAsync(camera.Key, cancellation)
            : null;
        return Page.Show<CameraPage>(new
        {
            camera.Name,
            camera.IsOnline,
            LastOnlineAt = camera.LastOnlineAt is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : (DateTimeOffset?)null,
            Facts = CameraDescription.Of(CameraResponse.Of(camera, model, access.SeesAll), model?.Vendor!.Name),
            LastKept = kept?.TakenAt,
            Nonce = PageHeaders.LetScriptRun(context.Response),
        });
    }
}
