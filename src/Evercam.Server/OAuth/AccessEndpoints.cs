using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.OAuth;

/// <summary>Where users see what applications may do for them, and take it back.</summary>
internal static class AccessEndpoints
{
    private const string Path = "/account/applications";

    public static void MapAccess(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ShowAsync).ForUsers();
        pages.MapPost(Path, WithdrawAsync).ForUsers();
    }

    private static async Task<RazorComponentResult> ShowAsync(
        AccessList access, HttpContext context, CancellationToken cancellation)
    {
        await access.LoadAsync(Visitor.Of(context)!.UserKey, cancellation);
        return Page.Show<AccessPage>(new { News = AccountNews.Take(context) });
    }

    /// <summary>Takes back what was agreed to, and what was given out because of it: it ends at once.</summary>
    private static async Task<IResult> WithdrawAsync(
        WithdrawalForm form, Revocation revocation, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var user = Visitor.Of(context)!.UserKey;
        var client = await db.ApiCredentials.Where(pair => pair.ApiId == form.Application).Select(pair => pair.ClientKey)
            .SingleOrDefaultAsync(cancellation);
        if (client is { } key)
        {
            await revocation.WithdrawAsync(key, user, cancellation);
        }

        return AccountNews.Lead(context, Path, AccountNews.Withdrawn);
    }
}

/// <summary><c>POST /account/applications</c>.</summary>
/// <param name="Application">The API id of the application that is to have no access any more.</param>
internal sealed record WithdrawalForm(string Application)
{
    public static async ValueTask<WithdrawalForm?> BindAsync(HttpContext context) =>
        new((await TypedForm.ReadAsync(context)).Line("application"));
}
