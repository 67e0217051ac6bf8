using Evercam.Server.Demo;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.EvercamJs;

/// <summary>Adds the script for pages of other sites, and the page that shows how to use it.</summary>
internal static class EvercamJsSetup
{
    public static WebApplicationBuilder AddEvercamJs(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<EvercamJsFile>();
        return builder;
    }

    public static void MapEvercamJs(this IEndpointRouteBuilder pages)
    {
        EvercamJsFile.Map(pages);
        pages.MapGet("/docs/evercam-js", ShowAsync).ForEveryone();
    }

    private static async Task<IResult> ShowAsync(EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var isThere = await db.Cameras.AnyAsync(camera => camera.Id == DemoCameras.Public && camera.IsPublic, cancellation);
        return Page.Show<EvercamJsPage>(new { ShowsDemonstration = isThere, Nonce = PageHeaders.LetCamerasShow(context.Response) });
    }
}
