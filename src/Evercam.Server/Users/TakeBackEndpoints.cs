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
        ConfirmRequest link, TakeBack takeBack, Remainders remainders, HttpContext context, CancellationToken cancellation)
    {
        PageHeaders.TellNobodyTheQuery(context.Response);
        if (!await takeBack.IsGoodAsync(link.Code, cancellation))
        {
            return await ShowEndAsync(link, takeBack, remainders, cancellation);
        }

        return Page.Show<TakeBackPage>(new { UserName = link.Login, link.Code });
    }

    private static async Task<IResult> TakeBackAsync(
        ConfirmRequest link, TakeBack takeBack, Remainders remainders, Sessions sessions, HttpContext context, CancellationToken cancellation)
    {
        if (await takeBack.DoAsync(link.Code, cancellation))
        {
            await sessions.CloseAsync(context);
        }

        return await ShowEndAsync(link, takeBack, remainders, cancellation);
    }

    /// <summary>What the account still gives to others is told at once, but where a second factor stands in between.</summary>
    private static async Task<RazorComponentResult> ShowEndAsync(
        ConfirmRequest link, TakeBack takeBack, Remainders remainders, CancellationToken cancellation)
    {
        var user = await takeBack.FindDoneAsync(link.Code, cancellation);
        var left = user is { TwoFactorEnabled: false } ? await remainders.ReadAsync(user.Id, cancellation) : null;
        return Page.Show<TakenBackPage>(
            new { UserName = link.Login, IsDone = user is not null, Left = left },
            user is null ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
    }
}
