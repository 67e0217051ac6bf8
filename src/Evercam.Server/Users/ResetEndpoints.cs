using Evercam.Server.Http;
using Evercam.Server.Mail;
using Evercam.Server.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Users;

/// <summary>For people who forgot their password (contract 2.11): a mail to whoever asks, and a new password for whoever reads
/// it.</summary>
internal static class ResetEndpoints
{
    public static void MapReset(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/reset/password", () => Page.Show<ForgottenPage>()).ForEveryone();
        pages.MapPost("/reset/password", Ask).ForEveryone();
        pages.MapGet("/reset/sent", () => Page.Show<LinkSentPage>()).ForEveryone();
        pages.MapGet("/reset/confirm", ShowAsync).ForEveryone();
        pages.MapPost("/reset/confirm", ResetAsync).ForEveryone();
    }

    /// <summary>The same for every login, be there such an account or not.</summary>
    private static IResult Ask(ForgottenForm form, MailDoor mails, ForgottenPasswords forgotten, HttpContext context)
    {
        if (form.Login.Length == 0)
        {
            return ShowForgotten(form.Login, "Please type your user name or email.", StatusCodes.Status400BadRequest);
        }

        try
        {
            mails.Pass(context.Connection.RemoteIpAddress);
            forgotten.Help(form.Login);
            return TypedResults.Redirect("/reset/sent");
        }
        catch (ApiException shut) when (shut.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds;
            return ShowForgotten(form.Login, $"There were too many tries. Please wait {seconds} seconds and try again.", shut.Status);
        }
    }

    /// <summary>Whoever opens the link has not chosen yet: mail programs open links too.</summary>
    private static async Task<IResult> ShowAsync(
        ConfirmRequest link, Passwords passwords, HttpContext context, CancellationToken cancellation) =>
        await passwords.FindAsync(link.Code, cancellation) is { } userName ? ShowForm(userName, link, context) : ShowGone();

    private static async Task<IResult> ResetAsync(
        ResetForm form, Passwords passwords, Sessions sessions, HttpContext context, CancellationToken cancellation)
    {
        if (form.Broken is { Count: > 0 } broken)
        {
            return await passwords.FindAsync(form.Link.Code, cancellation) is { } known
                ? ShowForm(known, form.Link, context, form.WithLocks, UserWords.Of(broken), StatusCodes.Status400BadRequest)
                : ShowGone();
        }

        if (await passwords.ResetAsync(form.Link.Code, form.Password, form.WithLocks, cancellation) is not { } userName)
        {
            return ShowGone();
        }

        await sessions.CloseAsync(context);
        new Notice(Notice.NewPassword, userName).Leave(context);
        return TypedResults.Redirect(LocalPath.LogIn(then: null));
    }

    private static RazorComponentResult ShowForgotten(string login, string problem, int status) =>
        Page.Show<ForgottenPage>(new { Login = login, Problem = problem }, status);

    private static RazorComponentResult ShowForm(
        string userName, ConfirmRequest link, HttpContext context, bool withLocks = false, Dictionary<string, string>? problems = null,
        int status = StatusCodes.Status200OK)
    {
        PageHeaders.TellNobodyTheQuery(context.Response);
        Dictionary<string, string> typed = withLocks ? new() { ["locks"] = "true" } : [];
        return Page.Show<NewPasswordPage>(new { UserName = userName, link.Code, Typed = typed, Problems = problems ?? [] }, status);
    }

    private static RazorComponentResult ShowGone() => Page.Show<LinkGonePage>(status: StatusCodes.Status400BadRequest);
}
