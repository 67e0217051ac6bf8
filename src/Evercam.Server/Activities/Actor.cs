using System.Net;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Activities;

/// <summary>Who does something, and from where. Handlers take it as a parameter.</summary>
/// <param name="UserKey">The user, in person or behind a client's token; <see langword="null"/> if nobody known.</param>
/// <param name="ClientKey">The client; <see langword="null"/> for a person.</param>
/// <param name="Source">The address; <see langword="null"/> for the server itself.</param>
internal readonly record struct Actor(long? UserKey, long? ClientKey, IPAddress? Source)
{
    /// <summary>The server by itself, or its administrator at the command line.</summary>
    public static Actor Server => default;

    public static ValueTask<Actor> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    public static Actor Of(HttpContext context)
    {
        var caller = Caller.Of(context);
        return new(UserOf(caller), caller.ClientKey, context.Connection.RemoteIpAddress);
    }

    /// <summary>A line for the camera's log.</summary>
    public Activity Did(
        ActivityKind kind, long cameraKey, DateTimeOffset at, string? detail = null, long? shareeKey = null) => new()
        {
            Kind = kind,
            CameraKey = cameraKey,
            DoneAt = at.ToUnixTimeSeconds(),
            UserKey = UserKey,
            ClientKey = ClientKey,
            Source = (Source is { IsIPv4MappedToIPv6: true } ? Source.MapToIPv4() : Source)?.ToString(),
            ShareeKey = shareeKey,
            Detail = detail,
        };

    /// <summary>A line that says that a share has ended.</summary>
    public Activity Ended(Share share, DateTimeOffset at) =>
        Did(ActivityKind.ShareEnded, share.CameraKey, at, shareeKey: share.UserKey);

    /// <summary>All that a token may, one user allowed; what a client may by its own keys, perhaps many.</summary>
    private static long? UserOf(Caller caller) =>
        caller.UserKey ?? (caller is { Scheme: CallerScheme.Bearer, Scopes: [var scope, ..] } ? scope.UserKey : null);
}
