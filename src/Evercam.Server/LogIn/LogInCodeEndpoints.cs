using Evercam.Server.Http;
using Evercam.Server.Pages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.LogIn;

/// <summary>The second step of logging in, for users with a second factor.</summary>
internal static class LogInCodeEndpoints
{
    public const string Path = "/login/code";
    private const string Home = "/";
    private const string Wrong = "wrong-code";

    public static void MapLogInCode(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ShowAsync).ForEveryone();
        pages.MapPost(Path, LogInAsync).ForEveryone();
    }

    /// <summary>Where the first step leads.</summary>
    public static string Way(string? then) => then is null ? Path : $"{Path}?rt={Uri.EscapeDataString(then)}";

    private static async Task<IResult> ShowAsync(LogInForm form, HalfLogIns halves, HttpContext context, CancellationToken cancellation)
    {
        if (Visitor.Of(context) is not null)
        {
            return TypedResults.Redirect(form.Then ?? Home);
        }

        if (await halves.FindAsync(context, cancellation) is null)
        {
            return TypedResults.Redirect(LocalPath.LogIn(form.Then));
        }

        var problem = Notice.Take(context)?.Kind == Wrong ? PasswordQuestion.WrongCodeWords : null;
        return ShowForm(context, problem, form.Then);
    }

    private static async Task<IResult> LogInAsync(
        CodeRequest request,
        HalfLogIns halves,
        Sessions sessions,
        CodeDoor door,
        CodeQuestion codes,
        HttpContext context,
        CancellationToken cancellation)
    {
        if (await halves.FindAsync(context, cancellation) is not var (id, user))
        {
            // Whoever sends the form once more is logged in by now.
            return TypedResults.Redirect(Visitor.Of(context) is null ? LocalPath.LogIn(request.Then) : request.Then ?? Home);
        }

        if (!door.MayTry(id))
        {
            return BeginAnew(request, context);
        }

        try
        {
            if (await codes.IsRightAsync(user, request.Code, context.Connection.RemoteIpAddress, cancellation)
                && await sessions.OpenAsync(context, user, withCode: true))
            {
                HalfLogIns.End(context);
                Notice.Drop(context);
                return TypedResults.Redirect(request.Then ?? Home);
            }
        }
        catch (ApiException shut) when (shut.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds;
            var problem = $"There were too many wrong codes. Please wait {seconds} seconds and try again.";
            return ShowForm(context, problem, request.Then, shut.Status);
        }

        if (!door.MayTryAgain(id))
        {
            return BeginAnew(request, context);
        }

        new Notice(Wrong).Leave(context);
        return TypedResults.Redirect(Way(request.Then));
    }

    /// <summary>This log-in has tried as many codes as it may.</summary>
    private static RedirectHttpResult BeginAnew(CodeRequest request, HttpContext context)
    {
        HalfLogIns.End(context);
        new Notice(Notice.TooManyCodes).Leave(context);
        return TypedResults.Redirect(LocalPath.LogIn(request.Then));
    }

    private static RazorComponentResult ShowForm(
        HttpContext context, string? problem, string? then, int status = StatusCodes.Status200OK)
    {
        if (then is not null)
        {
            // An application that was agreed to before gets its visitor back at once.
            PageHeaders.LetFormsLeadAway(context.Response);
        }

        return Page.Show<LogInCodePage>(new { Problem = problem, Then = then }, status);
    }
}
