using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Evercam.Server.Notices;

/// <summary>Of what a user is told by mail.</summary>
internal static class MailChoiceEndpoints
{
    public static void MapMailChoices(this IEndpointRouteBuilder api)
    {
        api.MapGet("/users/{id}/notices", ShowAsync).NeedsAccount(CameraRights.View);
        api.MapPatch("/users/{id}/notices", ChangeAsync).NeedsAccount(CameraRights.Edit);
    }

    private static async Task<Ok<MailChoicesResponse>> ShowAsync(
        UserAccess access, MailChoices choices, CancellationToken cancellation) =>
        TypedResults.Ok(MailChoicesResponse.Of(access.User, await choices.FindAsync(access.User.Id, cancellation)));

    private static async Task<Ok<MailChoicesResponse>> ChangeAsync(
        MailChoiceRequest request, UserAccess access, MailChoices choices, CancellationToken cancellation)
    {
        if (request.Mails is { } names)
        {
            var kinds = NoticeNames.Read(names) ?? throw ApiException.BrokenRule("mails is invalid");
            await choices.ChooseAsync(access.User.Id, kinds, cancellation);
        }

        return TypedResults.Ok(MailChoicesResponse.Of(access.User, await choices.FindAsync(access.User.Id, cancellation)));
    }
}

/// <summary><c>PATCH /users/{id}/notices</c>.</summary>
/// <param name="Mails">Kinds of notices; none where the list is empty.</param>
internal sealed record MailChoiceRequest(IReadOnlyList<string>? Mails)
{
    public static ValueTask<MailChoiceRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new MailChoiceRequest(read.Names("mails")));
}

/// <summary><c>{"notices":[…]}</c>.</summary>
internal sealed record MailChoicesResponse(IReadOnlyList<MailChoiceResponse> Notices)
{
    public static MailChoicesResponse Of(User user, IReadOnlyList<NoticeKind> kinds) =>
        new([new(user.UserName!, [.. NoticeNames.All.Where(kinds.Contains).Select(NoticeNames.Of)])]);
}

/// <summary>What a user is told.</summary>
/// <param name="UserId">The user name.</param>
/// <param name="Mails">Of what by mail.</param>
internal sealed record MailChoiceResponse(string UserId, IReadOnlyList<string> Mails);
