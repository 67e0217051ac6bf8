using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>The pair that a user's programs sign in with.</summary>
internal static class KeysEndpoints
{
    private const string Path = "/account/keys";

    public static void MapKeys(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ShowAsync).ForUsers();
        pages.MapPost(Path, RenewAsync).ForUsers();
    }

    private static Task<IResult> ShowAsync(EvercamDb db, HttpContext context, CancellationToken cancellation) =>
        RenderAsync(db, context, FormRefusal.None, AccountNews.Take(context), cancellation);

    private static async Task<IResult> RenewAsync(
        AgreedForm form, Accounts accounts, PasswordQuestion question, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        try
        {
            await question.CheckAsync(context, form.Proof, cancellation);
            await accounts.RenewKeysAsync(Visitor.Of(context)!.UserKey, cancellation);
            return AccountNews.Lead(context, Path, AccountNews.NewKeys);
        }
        catch (ApiException refused) when (FormRefusal.Of(refused, UserWords.Of, context) is { } refusal)
        {
            return await RenderAsync(db, context, refusal, news: null, cancellation);
        }
    }

    private static async Task<IResult> RenderAsync(
        EvercamDb db, HttpContext context, FormRefusal refusal, string? news, CancellationToken cancellation)
    {
        var user = Visitor.Of(context)!.UserKey;
        var keys = await db.ApiCredentials.AsNoTracking().SingleOrDefaultAsync(pair => pair.UserKey == user, cancellation);
        return Page.Show<KeysPage>(
            new { ApiId = keys?.ApiId ?? "", ApiKey = keys?.ApiKey ?? "", refusal.Problem, refusal.Problems, News = news }, refusal.Status);
    }
}
