using Evercam.Server.Http;
using Evercam.Server.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Users;

/// <summary>Where the link leads of the mail to an email that was given up.</summary>
internal static class TakeBackEndpoints
{
    public const string Path = "/reset/email";

    public static void MapTakeBack(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ShowAsync).ForEveryone();
        pages.MapPost(Path, TakeBackAsync).ForEveryone();
    }

    /// <summary>Whoever opens the link has not decided yet: mail programs open links too.</summary>
    private static async Task<IResult> ShowAsync(
        ConfirmRequest link, TakeBack takeBack, HttpContext context, CancellationToken cancellation)
    {
        if (!await takeBack.IsGoodAsync(link.Code, cancellation))
        {
            return await ShowEndAsync(link, takeBack, cancellation);
        }

        PageHeaders.TellNobodyTheQuery(context.Response);
        return Page.Show<TakeBackPage>(new { UserName = link.Login, link.Code });
    }

    private static async Task<IResult> TakeBackAsync(
        ConfirmRequest link, TakeBack takeBack, Sessions sessions, HttpContext context, CancellationToken cancellation)
    {
        if (await takeBack.DoAsync(link.Code, cancellation))
        {
            await sessions.CloseAsync(context);
        }

        return await ShowEndAsync(link, takeBack, cancellation);
    }

    private static async Task<RazorComponentResult> ShowEndAsync(
        ConfirmRequest link, TakeBack takeBack, CancellationToken cancellation)
    {
        var isDone = await takeBack.IsDoneAsync(link.Code, cancellation);
        return Page.Show<TakenBackPage>(
            new { UserName = link.Login, IsDone = isDone }, isDone ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }
}
