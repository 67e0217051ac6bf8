using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Users;

/// <summary>Where the first account is made, with a browser.</summary>
internal static class FirstAccountEndpoints
{
    private const string Home = "/";

    public static void MapFirstAccount(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(FirstAccount.Path, ShowAsync).ForEveryone();
        pages.MapPost(FirstAccount.Path, MakeAsync).ForEveryone();
    }

    private static async Task<IResult> ShowAsync(
        SignUpForm form, FirstAccountCode typed, FirstAccount first, EvercamDb db, HttpContext context, CancellationToken cancellation) =>
        await first.IsOpenAsync(db, cancellation)
            ? ShowForm(form, typed, context, FormRefusal.None)
            : TypedResults.Redirect(Home);

    private static async Task<IResult> MakeAsync(
        SignUpForm form,
        FirstAccountCode typed,
        FirstAccount first,
        Accounts accounts,
        Sessions sessions,
        EvercamDb db,
        HttpContext context,
        CancellationToken cancellation)
    {
        try
        {
            if (!await first.IsOpenAsync(db, cancellation))
            {
                return TooLate();
            }

            if (form.LacksCookies)
            {
                return ShowForm(form, typed, context, FormRefusal.Because(CookieProbe.Words));
            }

            if (!first.Opens(typed.Code, context.Connection.RemoteIpAddress))
            {
                return ShowForm(form, typed, context, WrongCode);
            }

            form.ThrowIfUnreadable();
            if (await accounts.CreateFirstAsync(form.Fields, cancellation) is not { } user)
            {
                return TooLate();
            }

            await sessions.OpenAsync(context, user);
            Notice.Drop(context);
            return TypedResults.Redirect(Home);
        }
        catch (ApiException refused) when (FormRefusal.Of(refused, UserWords.Of, context) is { } refusal)
        {
            return ShowForm(form, typed, context, refusal);
        }
    }

    private static FormRefusal WrongCode => new(
        StatusCodes.Status400BadRequest, null, new() { [FirstAccount.CodeField] = "This is not the code that the server's log shows." });

    /// <summary>Somebody was faster.</summary>
    private static RazorComponentResult TooLate() => Page.Show<FirstAccountMadePage>(status: StatusCodes.Status409Conflict);

    private static RazorComponentResult ShowForm(SignUpForm form, FirstAccountCode typed, HttpContext context, FormRefusal refusal)
    {
        PageHeaders.TellNobodyTheQuery(context.Response);
        CookieProbe.Leave(context);
        return Page.Show<FirstAccountPage>(
            new { form.Typed, typed.Code, refusal.Problem, refusal.Problems }, refusal.Status);
    }
}

/// <summary>The code of <c>/setup</c>, by the link in the log or as it was typed.</summary>
internal sealed record FirstAccountCode(string Code)
{
    public static async ValueTask<FirstAccountCode?> BindAsync(HttpContext context) =>
        new((await TypedForm.ReadAsync(context)).Line(FirstAccount.CodeField));

    /// <summary>Never the code.</summary>
    public override string ToString() => nameof(FirstAccountCode);
}
