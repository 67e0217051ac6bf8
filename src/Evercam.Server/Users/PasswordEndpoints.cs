using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>A user's password, and the log-ins with it.</summary>
internal static class PasswordEndpoints
{
    private const string Path = "/account/password";

    public static void MapPassword(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ShowAsync).ForUsers();
        pages.MapPost(Path, ChangeAsync).ForUsers();
        pages.MapPost("/account/logout", LogOutAsync).ForUsers();
    }

    private static Task<IResult> ShowAsync(EvercamDb db, HttpContext context, CancellationToken cancellation) =>
        RenderAsync(db, context, FormRefusal.None, AccountNews.Take(context), cancellation);

    private static async Task<IResult> ChangeAsync(
        PasswordForm form, Passwords passwords, PasswordQuestion question, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        try
        {
            form.ThrowIfBroken();
            var user = await question.CheckAsync(context, form.Proof, cancellation);
            await passwords.ChangeAsync(user, form.Password, Visitor.Of(context)!.SessionKey, cancellation);
            return AccountNews.Lead(context, Path, AccountNews.NewPassword);
        }
        catch (ApiException refused) when (FormRefusal.Of(refused, UserWords.Of, context) is { } refusal)
        {
            return await RenderAsync(db, context, refusal, news: null, cancellation);
        }
    }

    /// <summary>Logs the user out everywhere, here too.</summary>
    private static async Task<IResult> LogOutAsync(
        EvercamDb db, Sessions sessions, CallerCache callers, HttpContext context, CancellationToken cancellation)
    {
        var user = Visitor.Of(context)!.UserKey;
        await db.Sessions.Where(session => session.UserKey == user).ExecuteDeleteAsync(cancellation);
        callers.ForgetUser(user);
        await sessions.CloseAsync(context);
        return TypedResults.Redirect(LocalPath.LogIn(then: null));
    }

    private static async Task<IResult> RenderAsync(
        EvercamDb db, HttpContext context, FormRefusal refusal, string? news, CancellationToken cancellation)
    {
        var user = await db.FindUserAsync(context, cancellation);
        var logIns = await db.Sessions.CountAsync(session => session.UserKey == user.Id, cancellation);
        return Page.Show<PasswordPage>(new { user.UserName, LogIns = logIns, refusal.Problem, refusal.Problems, News = news }, refusal.Status);
    }
}
