using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Server.Users;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Notices;

/// <summary>Where users choose what they are told by mail.</summary>
internal static class NoticePages
{
    private const string Path = "/account/notices";

    public static void MapNoticePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ShowAsync).ForUsers();
        pages.MapPost(Path, ChangeAsync).ForUsers();
    }

    private static async Task<IResult> ShowAsync(
        MailChoices choices, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var user = await db.FindUserAsync(context, cancellation);
        return Page.Show<NoticesPage>(new
        {
            Ticked = await choices.FindAsync(user.Id, cancellation),
            user.Email,
            IsConfirmed = user.ConfirmedAt is not null,
            News = AccountNews.Take(context),
        });
    }

    private static async Task<IResult> ChangeAsync(
        TickedKinds ticks, MailChoices choices, HttpContext context, CancellationToken cancellation)
    {
        await choices.ChooseAsync(Visitor.Of(context)!.UserKey, ticks.Kinds, cancellation);
        return AccountNews.Lead(context, Path, AccountNews.Saved);
    }
}

/// <summary>Kinds of notices that a person ticked.</summary>
internal sealed record TickedKinds(IReadOnlyList<NoticeKind> Kinds)
{
    public static async ValueTask<TickedKinds?> BindAsync(HttpContext context) => Of(await TypedForm.ReadAsync(context));

    public static TickedKinds Of(TypedForm form) => new([.. NoticeNames.All.Where(kind => form.Line(NoticeNames.Of(kind)).Length > 0)]);
}
