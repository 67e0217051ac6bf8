using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>The end of an account, by its user's own hand.</summary>
internal static class DeletionEndpoints
{
    /// <summary>The rule that is broken by a user name that is not typed as it is written.</summary>
    public const string NotAgreed = "agreed is wrong";

    private const string Path = "/account/delete";
    private const string Afterwards = "/account/deleted";

    public static void MapDeletion(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ShowAsync).ForUsers();
        pages.MapPost(Path, DeleteAsync).ForUsers();
        pages.MapGet(Afterwards, () => Page.Show<DeletedPage>()).ForEveryone();
    }

    private static Task<IResult> ShowAsync(EvercamDb db, HttpContext context, CancellationToken cancellation) =>
        RenderAsync(db, context, new AgreedForm(Proof.None, ""), FormRefusal.None, cancellation);

    private static async Task<IResult> DeleteAsync(
        AgreedForm form, Accounts accounts, PasswordQuestion question, Sessions sessions, EvercamDb db, HttpContext context,
        CancellationToken cancellation)
    {
        try
        {
            var visitor = Visitor.Of(context)!;
            if (!form.Agreed.Equals(visitor.UserName, StringComparison.OrdinalIgnoreCase))
            {
                throw ApiException.BrokenRule(NotAgreed);
            }

            await question.CheckAsync(context, form.Proof, cancellation);
            await accounts.DeleteAsync(visitor.UserKey, cancellation);
            await sessions.CloseAsync(context);
            return TypedResults.Redirect(Afterwards);
        }
        catch (ApiException refused) when (FormRefusal.Of(refused, UserWords.Of, context) is { } refusal)
        {
            return await RenderAsync(db, context, form, refusal, cancellation);
        }
    }

    private static async Task<IResult> RenderAsync(
        EvercamDb db, HttpContext context, AgreedForm form, FormRefusal refusal, CancellationToken cancellation)
    {
        var visitor = Visitor.Of(context)!;
        var cameras = await db.Cameras.CountAsync(camera => camera.OwnerKey == visitor.UserKey, cancellation);
        return Page.Show<DeletionPage>(
            new { visitor.UserName, Cameras = cameras, form.Typed, refusal.Problem, refusal.Problems }, refusal.Status);
    }
}
