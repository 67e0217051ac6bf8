using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
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
        PageHeaders.TellNobodyTheQuery(context.Response);
        return await takeBack.FindAsync(link.Code, cancellation) is { } userName
            ? Page.Show<TakeBackPage>(new { UserName = userName, link.Code })
            : ShowEnd(await takeBack.FindDoneAsync(link.Code, cancellation));
    }

    private static async Task<IResult> TakeBackAsync(
        ConfirmRequest link, TakeBack takeBack, Remainders remainders, Sessions sessions, HttpContext context, CancellationToken cancellation)
    {
        var isDone = await takeBack.DoAsync(link.Code, cancellation);
        if (isDone)
        {
            await sessions.CloseAsync(context);
        }

        var user = await takeBack.FindDoneAsync(link.Code, cancellation);
        return ShowEnd(user, isDone && user is { TwoFactorEnabled: false } ? await remainders.ReadAsync(user.Id, cancellation) : null);
    }

    /// <summary>What the account still gives to others is told to whoever takes it back, but where a second factor stands in between. It
    /// is not told to whoever comes by a link that was used: mails are read by others, and for long.</summary>
    private static RazorComponentResult ShowEnd(
        User? user, IReadOnlyList<(string Path, string Name, string What)>? left = null) => Page.Show<TakenBackPage>(
            new { user?.UserName, IsDone = user is not null, Left = left },
            user is null ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
}
