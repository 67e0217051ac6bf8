using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>Who a user is, and how to reach them.</summary>
internal static class ProfileEndpoints
{
    private const string Path = "/account";

    public static void MapProfile(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ShowAsync).ForUsers();
        pages.MapPost(Path, ChangeAsync).ForUsers();
        pages.MapPost("/account/confirmation", AskAgainAsync).ForUsers();
    }

    /// <summary>The user who looks at a page.</summary>
    internal static async Task<User> FindUserAsync(this EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var key = Visitor.Of(context)?.UserKey;
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == key, cancellation) ?? throw ApiException.NotFound();
    }

    private static async Task<IResult> ShowAsync(EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var user = await db.FindUserAsync(context, cancellation);
        return Show(user, ProfileForm.Of(user), FormRefusal.None, AccountNews.Take(context));
    }

    private static async Task<IResult> ChangeAsync(
        ProfileForm form,
        Accounts accounts,
        Confirmations confirmations,
        PasswordQuestion question,
        EvercamDb db,
        HttpContext context,
        CancellationToken cancellation)
    {
        var user = await db.FindUserAsync(context, cancellation);
        try
        {
            form.ThrowIfUnreadable();
            var needsPassword = form.Settles || form.Change.UserName != user.UserName || form.Change.Email != user.Email;
            if (needsPassword)
            {
                await question.CheckAsync(context, form.Proof, cancellation);
            }

            await accounts.ChangeAsync(user.Id, form.Change, needsPassword ? Shown.All : Shown.Nothing, cancellation);
            if (form.Settles)
            {
                await confirmations.SettleAsync(user.Id, form.Change.Email!, cancellation);
            }

            return AccountNews.Lead(context, Path, AccountNews.Saved);
        }
        catch (ApiException refused) when (FormRefusal.Of(refused, UserWords.Of, context) is { } refusal)
        {
            return Show(user, form, refusal);
        }
    }

    /// <summary>Sends the mail once more that asks to confirm the email.</summary>
    private static async Task<IResult> AskAgainAsync(
        Confirmations confirmations, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var user = await db.FindUserAsync(context, cancellation);
        try
        {
            await confirmations.AskAgainAsync(user.Id, cancellation);
            return AccountNews.Lead(context, Path, AccountNews.MailSent);
        }
        catch (ApiException refused) when (FormRefusal.Of(refused, UserWords.Of, context) is { } refusal)
        {
            return Show(user, ProfileForm.Of(user), refusal);
        }
    }

    private static RazorComponentResult Show(User user, ProfileForm form, FormRefusal refusal, string? news = null) =>
        Page.Show<ProfilePage>(
            new { form.Typed, refusal.Problem, refusal.Problems, News = news, user.Email, IsConfirmed = user.ConfirmedAt is not null, IsUnsettled = user.IsEmailUnsettled }, refusal.Status);
}
