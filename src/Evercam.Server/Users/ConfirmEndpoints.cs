using Evercam.Server.Http;
using Evercam.Server.Pages;

namespace Evercam.Server.Users;

/// <summary>Where the link of a confirmation mail leads (contract 2.11).</summary>
internal static class ConfirmEndpoints
{
    public const string Path = "/confirm";

    public static void MapConfirm(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ShowAsync).ForEveryone();
        pages.MapPost(Path, ConfirmAsync).ForEveryone();
    }

    /// <summary>Whoever opens the link has not confirmed yet: programs that look through mail open links too. Only they are never logged
    /// in as the user.</summary>
    private static async Task<IResult> ShowAsync(
        ConfirmRequest link, Confirmations confirmations, HttpContext context, CancellationToken cancellation)
    {
        if (await confirmations.FindAsync(link.Code, cancellation) is not { } question
            || (HttpMethods.IsGet(context.Request.Method) && Visitor.Of(context)?.UserKey == question.UserKey))
        {
            return await ConfirmAsync(link, confirmations, cancellation);
        }

        PageHeaders.TellNobodyTheQuery(context.Response);
        return Page.Show<ConfirmPage>(new { question.UserName, question.Email, question.IsFirst, link.Code });
    }

    private static async Task<IResult> ConfirmAsync(
        ConfirmRequest link, Confirmations confirmations, CancellationToken cancellation)
    {
        var isConfirmed = await confirmations.ConfirmAsync(link.Code, cancellation)
            || await confirmations.IsDoneAsync(link.Code, cancellation);
        return Page.Show<ConfirmedPage>(
            new { IsConfirmed = isConfirmed }, isConfirmed ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }
}
