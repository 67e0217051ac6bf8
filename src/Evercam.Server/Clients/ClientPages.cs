using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Clients;

/// <summary>Where users register applications, change and delete them: the same as <c>/client</c> is for programs.</summary>
internal static class ClientPages
{
    private const string Path = "/account/clients";

    public static void MapClientPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ListAsync).ForUsers();
        pages.MapPost(Path, RegisterAsync).ForUsers();
        pages.MapGet(Path + "/{id}", Show).ForClient();
        pages.MapPost(Path + "/{id}", ChangeAsync).ForClient();
        pages.MapGet(Path + "/{id}/delete", AskDeletion).ForClient();
        pages.MapPost(Path + "/{id}/delete", DeleteAsync).ForClient();
    }

    private static Task<IResult> ListAsync(EvercamDb db, HttpContext context, CancellationToken cancellation) =>
        RenderListAsync(ClientForm.Empty, FormRefusal.None, db, context, cancellation);

    private static async Task<IResult> RenderListAsync(
        ClientForm form, FormRefusal refusal, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var user = Visitor.Of(context)!.UserKey;
        var own = await db.Clients.AsNoTracking().Where(client => client.CreatorKey == user).OrderBy(client => client.NormalizedName)
            .Select(client => new { client.Name, client.Credential!.ApiId }).ToListAsync(cancellation);
        return Page.Show<ClientsPage>(
            new
            {
                Clients = own.Select(client => (client.ApiId, client.Name)).ToList(),
                form.Typed,
                refusal.Problem,
                refusal.Problems,
                News = AccountNews.Take(context),
            },
            refusal.Status);
    }

    private static async Task<IResult> RegisterAsync(
        ClientForm form, ClientRegistry registry, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        try
        {
            form.ThrowIfUnreadable();
            var client = await registry.RegisterAsync(form.Fields, Visitor.Of(context)!.UserKey, cancellation);
            return AccountNews.Lead(context, $"{Path}/{client.Credential!.ApiId}", AccountNews.Registered);
        }
        catch (ApiException refused) when (ClientWords.Refusal(refused) is { } refusal)
        {
            return await RenderListAsync(form, refusal, db, context, cancellation);
        }
    }

    private static RazorComponentResult Show(ClientAccess access, HttpContext context) =>
        Render(access, ClientForm.Of(access.Client), FormRefusal.None, AccountNews.Take(context));

    private static async Task<IResult> ChangeAsync(
        ClientForm form, ClientAccess access, ClientRegistry registry, HttpContext context, CancellationToken cancellation)
    {
        var keys = access.Client.Credential!;
        try
        {
            form.ThrowIfUnreadable();
            await registry.ChangeAsync(access.Client.Key, form.Fields, cancellation);
            return AccountNews.Lead(context, $"{Path}/{keys.ApiId}", AccountNews.Saved);
        }
        catch (ApiException refused) when (ClientWords.Refusal(refused) is { } refusal)
        {
            return Render(access, form, refusal);
        }
    }

    private static RazorComponentResult AskDeletion(ClientAccess access) => RenderDeletion(access, FormRefusal.None);

    private static async Task<IResult> DeleteAsync(
        ClientDeletionForm form, ClientAccess access, ClientRegistry registry, PasswordQuestion question, HttpContext context,
        CancellationToken cancellation)
    {
        try
        {
            await question.CheckAsync(context, form.Proof, cancellation);
            await registry.DeleteAsync(access.Client.Key, cancellation);
            return AccountNews.Lead(context, Path, AccountNews.Removed);
        }
        catch (ApiException refused) when (FormRefusal.Of(refused, ClientWords.Of, context) is { } refusal)
        {
            return RenderDeletion(access, refusal);
        }
    }

    private static RazorComponentResult RenderDeletion(ClientAccess access, FormRefusal refusal) =>
        Page.Show<ClientDeletionPage>(
            new { access.Client.Name, access.Client.Credential!.ApiId, refusal.Problem, refusal.Problems }, refusal.Status);

    private static RazorComponentResult Render(ClientAccess access, ClientForm form, FormRefusal refusal, string? news = null)
    {
        var keys = access.Client.Credential!;
        return Page.Show<ClientPage>(
            new { access.Client.Name, keys.ApiId, keys.ApiKey, form.Typed, refusal.Problem, refusal.Problems, News = news }, refusal.Status);
    }
}
