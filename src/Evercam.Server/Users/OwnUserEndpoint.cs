using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>Who calls, for scripts of pages on the same site that know no name to ask for (contract 2.11). It stands beside the API, where
/// such pages always asked for it.</summary>
internal static class OwnUserEndpoint
{
    public static void MapOwnUser(this IEndpointRouteBuilder site) =>
        site.MapGroup("").AnswerHead().MapGet(ApiPath.OwnUser, ShowAsync).Public();

    /// <summary>The user in person: an application is none, whoever it acts for.</summary>
    private static async Task<Ok<UserResponse>> ShowAsync(Caller caller, EvercamDb db, CancellationToken cancellation) =>
        caller.UserKey is { } key && await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == key, cancellation) is { } own
            ? TypedResults.Ok(UserResponse.Of(own))
            : throw ApiException.NotFound();
}
