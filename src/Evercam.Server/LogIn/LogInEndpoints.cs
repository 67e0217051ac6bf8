using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.LogIn;

/// <summary>Logging in and out with a browser (contract 2.11).</summary>
internal static class LogInEndpoints
{
    public const string Way = "/login";
    public const string WayOut = "/logout";

    private const string Home = "/";
    private const string Wrong = "wrong-password";

    public static void MapLogIn(this IEndpointRouteBuilder pages)
    {
        var name = new AskedParam("username", ParamType.Text, IsRequired: true);
        var password = new AskedParam("password", ParamType.Text, IsRequired: true);
        var then = new AskedParam("rt", ParamType.Text, IsRequired: false);
        pages.MapGet(Way, Show).ForEveryone().WithMetadata(new ProtocolParams(then));
        pages.MapPost(Way, LogInAsync).ForEveryone().WithMetadata(new ProtocolParams(name, password, then) { InAddress = [then] });
        pages.MapGet(WayOut, LogOutAsync).ForEveryone();
        pages.MapPost(WayOut, LogOutAsync).ForEveryone();
    }

    private static IResult Show(LogInForm form, HttpContext context)
    {
        if (Visitor.Of(context) is not null)
        {
            return TypedResults.Redirect(form.Then ?? Home);
        }

        var notice = Notice.Take(context);
        var problem = notice?.Kind switch
        {
            Wrong => "That user name and password do not belong together.",
            Notice.TooManyCodes => "There were too many wrong codes. Please begin anew.",
            _ => null,
        };
        var news = notice?.Kind == Notice.NewPassword ? "Your new password is saved. Please log in with it." : null;
        var login = problem is not null || news is not null ? notice!.Typed : "";
        return ShowForm(context, problem, login, form.Then, news: news);
    }

    private static async Task<IResult> LogInAsync(
        LogInRequest request,
        Sessions sessions,
        HalfLogIns halves,
        PasswordDoor door,
        ConfirmationRule confirmation,
        EvercamDb db,
        HttpContext context,
        CancellationToken cancellation)
    {
        if (CookieProbe.Fails(context, await Params.ReadAsync(context)))
        {
            return ShowForm(context, CookieProbe.Words, request.Login, request.Then, StatusCodes.Status400BadRequest);
        }

        var user = await db.Users.AsNoTracking().WithLogin(request.Login).SingleOrDefaultAsync(cancellation);
        try
        {
            if (await door.OpensAsync(user, request.Login, request.Password, context.Connection.RemoteIpAddress, cancellation))
            {
                if (confirmation.Refuses(user!))
                {
                    await LeaveAsync(sessions, context);
                    return ShowForm(context, ConfirmationRule.Words, request.Login, request.Then, StatusCodes.Status403Forbidden);
                }

                if (user!.TwoFactorEnabled)
                {
                    await LeaveAsync(sessions, context);
                    halves.Begin(context, user);
                    Notice.Drop(context);
                    return TypedResults.Redirect(LogInCodeEndpoints.Way(request.Then));
                }

                if (await sessions.OpenAsync(context, user))
                {
                    Notice.Drop(context);
                    return TypedResults.Redirect(request.Then ?? Home);
                }
            }
        }
        catch (ApiException shut) when (shut.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds;
            var problem = $"There were too many wrong passwords. Please wait {seconds} seconds and try again.";
            return ShowForm(context, problem, request.Login, request.Then, shut.Status);
        }

        await LeaveAsync(sessions, context);
        HalfLogIns.End(context);
        new Notice(Wrong, request.Login).Leave(context);
        return TypedResults.Redirect(LocalPath.LogIn(request.Then));
    }

    /// <summary>A log-in that failed, or is not done, leaves nobody logged in: its forms are only shown to nobody.</summary>
    private static Task LeaveAsync(Sessions sessions, HttpContext context) =>
        Visitor.Of(context) is null ? Task.CompletedTask : sessions.CloseAsync(context);

    private static async Task<RedirectHttpResult> LogOutAsync(Sessions sessions, HttpContext context)
    {
        await sessions.CloseAsync(context);
        Notice.Drop(context);
        return TypedResults.Redirect(Way);
    }

    private static RazorComponentResult ShowForm(
        HttpContext context, string? problem, string userName, string? then, int status = StatusCodes.Status200OK, string? news = null)
    {
        CookieProbe.Leave(context);
        if (then is not null)
        {
            // An application that was agreed to before gets its visitor back at once.
            PageHeaders.LetFormsLeadAway(context.Response);
        }

        return Page.Show<LogInPage>(new { Problem = problem, News = news, UserName = userName, Then = then }, status);
    }
}
