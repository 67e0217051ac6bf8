using Evercam.Archive;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Cameras;

/// <summary>Deleting a camera with a browser: asks first, and says what goes with it.</summary>
internal static class CameraEndPages
{
    private const string Home = "/";

    public static void MapCameraEnd(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/cameras/{id}/delete", AskAsync).ForCamera(MayDelete);
        // Of a form that is sent twice, the second one finds nothing left to do.
        pages.MapPost("/cameras/{id}/delete", DeleteAsync).ForCamera(MayDelete, otherwise: Home);
    }

    private static bool MayDelete(CameraAccess access) => access.Rights.All.HasFlag(CameraRights.Delete);

    private static async Task<RazorComponentResult> AskAsync(
        CameraAccess access, EvercamDb db, SnapshotArchive archive, CancellationToken cancellation)
    {
        var name = await db.Cameras.Where(camera => camera.Key == access.Camera.Key).Select(camera => camera.Name)
            .SingleOrDefaultAsync(cancellation)
            ?? throw ApiException.NotFound();

        // How many pictures there are is for those to know who may list them.
        var mayCount = access.Stored.HasFlag(CameraRights.List);
        return Page.Show<DeleteCameraPage>(new
        {
            // Who may delete it and nothing else knows it by its id alone.
            Name = access.KnowsOf ? name : access.Camera.Id,
            Pictures = mayCount ? (await archive.SumAsync(access.Camera.Key, cancellation)).Pictures : (long?)null,
            Shares = access.SeesAll ? access.Camera.Shares.Count : (int?)null,
        });
    }

    private static async Task<RedirectHttpResult> DeleteAsync(
        CameraAccess access, CameraRegistry registry, CancellationToken cancellation)
    {
        await registry.DeleteAsync(access.Camera.Key, cancellation);
        return TypedResults.Redirect(Home);
    }
}
