using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Users;

/// <summary>Where people sign up with a browser (contract 2.11), by the rules of <c>POST /users</c>.</summary>
internal static class SignUpEndpoints
{
    private const string Home = "/";
    private const string Afterwards = "/signup/sent";

    public static void MapSignUp(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/signup", Show).ForEveryone();
        pages.MapPost("/signup", SignUpAsync).ForEveryone();
        pages.MapGet(Afterwards, () => Page.Show<SignedUpPage>()).ForEveryone();
    }

    private static IResult Show(SignUpForm form, SignUpRule rule, HttpContext context) =>
        Visitor.Of(context) is not null ? TypedResults.Redirect(form.Then ?? Home)
        : rule.Admits(form.Fields.Invitation) ? ShowForm(form, context, FormRefusal.None)
        : Refuse();

    private static async Task<IResult> SignUpAsync(
        SignUpForm form,
        SignUpRule rule,
        Accounts accounts,
        Sessions sessions,
        EvercamDb db,
        HttpContext context,
        CancellationToken cancellation)
    {
        if (!await rule.AllowsAsync(form.Fields, db, cancellation))
        {
            return Refuse();
        }

        if (form.LacksCookies)
        {
            return ShowForm(form, context, FormRefusal.Because(CookieProbe.Words));
        }

        try
        {
            var user = await CreateAsync(form, accounts, context, cancellation);
            var isOpen = await sessions.OpenAsync(context, user);
            Notice.Drop(context);
            return TypedResults.Redirect(isOpen ? form.Then ?? Home : Afterwards);
        }
        catch (ApiException uninvited) when (uninvited.Status == StatusCodes.Status403Forbidden)
        {
            return Refuse();
        }
        catch (ApiException refused) when (FormRefusal.Of(refused, UserWords.Of, context) is { } refusal)
        {
            return ShowForm(form, context, refusal);
        }
    }

    /// <summary>Makes the account; of a form that is sent twice, the second one finds what the first one made.</summary>
    private static async Task<User> CreateAsync(
        SignUpForm form, Accounts accounts, HttpContext context, CancellationToken cancellation)
    {
        form.ThrowIfUnreadable();
        var source = context.Connection.RemoteIpAddress;
        try
        {
            return await accounts.CreateAsync(form.Fields, source, cancellation);
        }
        catch (ApiException taken) when (taken.Rules is not null)
        {
            if (await accounts.FindMadeAsync(form.Fields, source, cancellation) is { } made)
            {
                return made;
            }

            throw;
        }
    }

    private static RazorComponentResult Refuse() => Page.Show<NoSignUpPage>(status: StatusCodes.Status403Forbidden);

    private static RazorComponentResult ShowForm(SignUpForm form, HttpContext context, FormRefusal refusal)
    {
        CookieProbe.Leave(context);
        if (form.Fields.Invitation is { Length: > 0 })
        {
            PageHeaders.TellNobodyTheQuery(context.Response);
        }

        if (form.Then is not null)
        {
            // An application that may not have what it asks for gets its visitor back at once.
            PageHeaders.LetFormsLeadAway(context.Response);
        }

        return Page.Show<SignUpPage>(new { form.Typed, form.Then, form.Fields.Invitation, refusal.Problem, refusal.Problems }, refusal.Status);
    }
}
