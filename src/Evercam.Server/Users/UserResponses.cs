using Evercam.Storage.Catalog;

namespace Evercam.Server.Users;

/// <summary><c>{"users":[…]}</c>.</summary>
internal sealed record UsersResponse(IReadOnlyList<UserResponse> Users)
{
    public static UsersResponse Of(User user) => new([UserResponse.Of(user)]);
}

/// <summary>A user (contract 5.2): never a password, a key or a token.</summary>
internal sealed record UserResponse(
    string Id,
    long CreatedAt,
    long UpdatedAt,
    long? ConfirmedAt,
    string Forename,
    string Lastname,
    string Username,
    string Email,
    string Country)
{
    public static UserResponse Of(User user) => new(
        user.UserName!,
        user.CreatedAt,
        user.UpdatedAt,
        user.ConfirmedAt,
        user.Forename,
        user.Lastname,
        user.UserName!,
        user.Email!,
        user.Country);
}

/// <summary>The answer of <c>GET /testusername</c> when a name is free; no envelope.</summary>
internal sealed record UserNameResponse(string Message);

/// <summary>The pair that programs of a user sign in with; no envelope.</summary>
internal sealed record KeysResponse(string ApiId, string ApiKey)
{
    /// <summary>Never the key.</summary>
    public override string ToString() => $"{nameof(KeysResponse)} {ApiId}";
}
