using System.Net;

namespace Evercam.Api;

/// <summary>A person with an account.</summary>
/// <param name="Id">The user name.</param>
/// <param name="CreatedAt">When the person signed up, in Unix seconds.</param>
/// <param name="UpdatedAt">When the account was changed last.</param>
/// <param name="ConfirmedAt">When the email was confirmed; <see langword="null"/> if it was not.</param>
/// <param name="Forename">The first name.</param>
/// <param name="Lastname">The last name.</param>
/// <param name="Username">The user name, again.</param>
/// <param name="Email">The email.</param>
/// <param name="Country">Two letters of ISO 3166-1, in lower case.</param>
public sealed record User(
    string Id, long CreatedAt, long UpdatedAt, long? ConfirmedAt, string Forename, string Lastname, string Username, string Email, string Country);

/// <summary>A person who signs up.</summary>
/// <param name="Forename">The first name.</param>
/// <param name="Lastname">The last name.</param>
/// <param name="Username">The user name.</param>
/// <param name="Country">Two letters of ISO 3166-1.</param>
/// <param name="Email">The email.</param>
/// <param name="Password">The password.</param>
/// <param name="Invitation">What stands behind <c>invitation=</c> in the link of an invitation, for a server where only who is invited may sign up.</param>
public sealed record NewUser(
    string Forename, string Lastname, string Username, string Country, string Email, string Password, string? Invitation = null)
{
    /// <summary>Never the password or the invitation.</summary>
    public override string ToString() => $"{nameof(NewUser)} {Username}";
}

/// <summary>What is to change of a user. What is <see langword="null"/> stays.</summary>
/// <param name="Forename">The first name.</param>
/// <param name="Lastname">The last name.</param>
/// <param name="Username">The user name; the old one is free at once.</param>
/// <param name="Country">Two letters of ISO 3166-1.</param>
/// <param name="Email">The email, which must be confirmed anew.</param>
public sealed record UserChange(
    string? Forename = null, string? Lastname = null, string? Username = null, string? Country = null, string? Email = null);

/// <summary>Rights that a user gave, or was given.</summary>
/// <param name="Granted">To others.</param>
/// <param name="Received">By others.</param>
public sealed record UserRights(IReadOnlyList<GivenRights> Granted, IReadOnlyList<GivenRights> Received);

/// <summary>Rights as they were given.</summary>
/// <param name="CameraId">To which camera; else <paramref name="Scope"/> is set.</param>
/// <param name="Scope">To all of a user's <c>cameras</c> or <c>snapshots</c>, or to the account, <c>user</c>.</param>
/// <param name="User">The other party, if it is a user; else <paramref name="Client"/> is set.</param>
/// <param name="Client">The other party, if it is an application: its API id.</param>
/// <param name="Rights">With commas.</param>
public sealed record GivenRights(string? CameraId, string? Scope, string? User, string? Client, string Rights);

/// <summary>People.</summary>
public sealed class UserCalls
{
    private readonly Wire wire;

    internal UserCalls(Wire wire) => this.wire = wire;

    /// <summary>Signs a person up: <c>POST /v1/users</c>.</summary>
    /// <param name="user">Who.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<User> CreateAsync(NewUser user, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        var fields = new Fields
        {
            { "forename", user.Forename },
            { "lastname", user.Lastname },
            { "username", user.Username },
            { "country", user.Country },
            { "email", user.Email },
            { "password", user.Password },
            { "invitation", user.Invitation },
        };
        return One(await wire.SendAsync(HttpMethod.Post, $"v1/users", fields, ApiJson.Default.UsersAnswer, cancellation));
    }

    /// <summary>Tells whether a user name or an email is still free: <c>GET /v1/testusername</c>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="EvercamException">It cannot be one.</exception>
    public async Task<bool> IsFreeAsync(string name, CancellationToken cancellation = default)
    {
        try
        {
            using var answer = await wire.OpenAsync(
                HttpMethod.Get, $"v1/testusername", new() { { "username", name } }, form: null, cancellation);
            return true;
        }
        catch (EvercamException refusal) when (SaysTaken(refusal))
        {
            return false;
        }
    }

    /// <summary>Shows the user who calls, in person: <c>GET /user</c>.</summary>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="EvercamException">No user does.</exception>
    public Task<User> GetOwnAsync(CancellationToken cancellation = default) =>
        wire.GetAsync($"user", new(), ApiJson.Default.User, cancellation);

    /// <summary>Shows a user: <c>GET /v1/users/{id}</c>.</summary>
    /// <param name="user">The user's name or email.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<User> GetAsync(string user, CancellationToken cancellation = default) =>
        One(await wire.GetAsync($"v1/users/{user}", new(), ApiJson.Default.UsersAnswer, cancellation));

    /// <summary>Changes a user: <c>PATCH /v1/users/{id}</c>.</summary>
    /// <param name="user">The user's name or email.</param>
    /// <param name="change">What is to change.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<User> UpdateAsync(string user, UserChange change, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var fields = new Fields
        {
            { "forename", change.Forename },
            { "lastname", change.Lastname },
            { "username", change.Username },
            { "country", change.Country },
            { "email", change.Email },
        };
        return One(await wire.SendAsync(HttpMethod.Patch, $"v1/users/{user}", fields, ApiJson.Default.UsersAnswer, cancellation));
    }

    /// <summary>Deletes a user with all cameras and their pictures: <c>DELETE /v1/users/{id}</c>.</summary>
    /// <param name="user">The user's name or email.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task DeleteAsync(string user, CancellationToken cancellation = default) =>
        wire.DeleteAsync($"v1/users/{user}", new(), cancellation);

    /// <summary>Lists the rights that a user has given and been given: <c>GET /v1/users/{id}/rights</c>.</summary>
    /// <param name="user">The user's name or email.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<UserRights> GetRightsAsync(string user, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/users/{user}/rights", new(), ApiJson.Default.RightsAnswer, cancellation)).Rights;

    private static bool SaysTaken(EvercamException refusal) =>
        refusal.Status == HttpStatusCode.BadRequest && refusal.Messages is ["Username already in use"];

    private static User One(UsersAnswer answer) => answer.Users.One();
}

internal sealed record UsersAnswer(IReadOnlyList<User> Users);

internal sealed record RightsAnswer(UserRights Rights);
