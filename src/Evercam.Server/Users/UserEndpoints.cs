using Evercam.Server.Http;
using Evercam.Server.Mail;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>People and their accounts (contract 4.1).</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        api.MapGet("/testusername", TryNameAsync).Public();
        var users = api.MapGroup("/users");
        users.MapPost("", SignUpAsync).Public();
        users.MapGet("/{id}", Show).NeedsAccount(CameraRights.View);
        users.MapPatch("/{id}", ChangeAsync).NeedsAccount(CameraRights.Edit);
        users.MapDelete("/{id}", DeleteAsync).NeedsAccount(CameraRights.Delete);
        users.MapGet("/{id}/rights", RightsAsync).NeedsAccount(CameraRights.View);
        users.MapGet("/{id}/credentials", KeysAsync).NeedsCaller();
    }

    private static async Task<Created<UsersResponse>> SignUpAsync(
        SignUp request, SignUpRule rule, Accounts accounts, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        if (!await rule.AllowsAsync(request, db, cancellation))
        {
            throw ApiException.Forbidden(rule.Words);
        }

        var user = await accounts.CreateAsync(request, context.Connection.RemoteIpAddress, cancellation);
        return TypedResults.Created($"{ApiPath.Root}/users/{user.UserName}", UsersResponse.Of(user));
    }

    /// <summary>Whether a user name, or an email, is free (contract 4.10).</summary>
    private static async Task<Ok<UserNameResponse>> TryNameAsync(
        NameRequest request, EvercamDb db, TimeProvider clock, CancellationToken cancellation)
    {
        if (UserRules.CheckLogin(request.Login) is { } broken)
        {
            throw ApiException.BrokenRule(broken);
        }

        return await db.Users.KnownBy(request.Login, clock.GetUtcNow()).AnyAsync(cancellation)
            ? throw ApiException.BadRequest("Username already in use")
            : TypedResults.Ok(new UserNameResponse("OK"));
    }

    private static Ok<UsersResponse> Show(UserAccess access) => TypedResults.Ok(UsersResponse.Of(access.User));

    private static async Task<Ok<UsersResponse>> ChangeAsync(
        AccountChange request, UserAccess access, Caller caller, Accounts accounts, CancellationToken cancellation)
    {
        var shown = caller.Scheme == CallerScheme.Basic ? Shown.Password : Shown.Nothing;
        return TypedResults.Ok(UsersResponse.Of(await accounts.ChangeAsync(access.User.Id, request, shown, cancellation)));
    }

    private static async Task<Ok<Nothing>> DeleteAsync(UserAccess access, Accounts accounts, CancellationToken cancellation)
    {
        await accounts.DeleteAsync(access.User.Id, cancellation);
        return TypedResults.Ok(Nothing.Instance);
    }

    private static async Task<Ok<RightsResponse>> RightsAsync(UserAccess access, EvercamDb db, CancellationToken cancellation) =>
        TypedResults.Ok(await RightsResponse.ReadAsync(db, access.User.Id, cancellation));

    private static async Task<Ok<KeysResponse>> KeysAsync(
        KeysRequest request, Caller caller, PasswordDoor door, EvercamDb db, HttpContext context, CancellationToken cancellation)
    {
        var user = await db.Users.AsNoTracking().Include(u => u.Credential).WithLogin(request.Login)
            .SingleOrDefaultAsync(cancellation) ?? throw ApiException.NotFound("User does not exist.");
        var source = context.Connection.RemoteIpAddress;
        if (!await door.OpensAsync(user, request.Login, request.Password, source, cancellation) || user.Credential is not { } keys)
        {
            throw ApiException.Unauthenticated("Invalid user name and/or password.");
        }

        // Else the password alone would open what it may not, by way of the keys.
        return user.TwoFactorEnabled && caller.UserKey != user.Id
            ? throw ApiException.NeedsCode()
            : TypedResults.Ok(new KeysResponse(keys.ApiId, keys.ApiKey));
    }
}
