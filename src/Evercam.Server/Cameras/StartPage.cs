using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Users;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Cameras;

/// <summary>Where everyone begins: users with their cameras, others with what this is, the very first one with making an account.</summary>
internal static class StartPage
{
    public static void MapStart(this IEndpointRouteBuilder pages) => pages.MapGet("/", ShowAsync).ForEveryone();

    private static async Task<IResult> ShowAsync(
        StartRequest request, CameraWall wall, FirstAccount first, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        if (Visitor.Of(context) is not { } visitor)
        {
            return await first.IsOpenAsync(db, cancellation) ? TypedResults.Redirect(FirstAccount.Path) : Page.Show<WelcomePage>();
        }

        await wall.LoadAsync(visitor, request.Page, cancellation);
        return Page.Show<CamerasPage>(new { Nonce = PageHeaders.LetScriptAsk(context.Response) });
    }
}

/// <summary><c>GET /</c>.</summary>
/// <param name="Page">Which page of the cameras; what is no number is the first.</param>
internal sealed record StartRequest(long Page)
{
    public static async ValueTask<StartRequest?> BindAsync(HttpContext context) =>
        new(ParamText.Integer((await TypedForm.ReadAsync(context)).Line("page")) ?? 1);
}
