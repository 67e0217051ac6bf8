using Evercam.Storage.Catalog;

namespace Evercam.Tests.Storage;

/// <summary>Rows for tests that care about some of their columns. What they refer to must be saved before.</summary>
internal static class CatalogRows
{
    public const long Now = 1_397_651_000;

    private static int number;

    /// <summary>Letters and digits that no other row has.</summary>
    public static string Fresh(string prefix = "x") => $"{prefix}{Interlocked.Increment(ref number)}";

    public static User User(string? name = null, string? email = null)
    {
        name ??= Fresh("user");
        email ??= $"{name}@example.org";
        return new User
        {
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            Email = email,
            NormalizedEmail = email.ToUpperInvariant(),
            Forename = "Joe",
            Lastname = "Bloggs",
            Country = "ie",
            CreatedAt = Now,
            UpdatedAt = Now,
            Credential = new ApiCredential { ApiId = Fresh("id"), ApiKey = "a31505fce7268dfa702e31cb290a1f73" },
        };
    }

    public static Camera Camera(User owner, string? id = null) => new()
    {
        Key = CameraKeys.Next(TimeProvider.System),
        Id = id ?? Fresh("camera"),
        OwnerKey = owner.Id,
        Name = "Front Door",
        CreatedAt = Now,
        UpdatedAt = Now,
        IsPublic = false,
    };

    public static Share Share(Camera camera, User with) => new()
    {
        CameraKey = camera.Key,
        UserKey = with.Id,
        SharerKey = camera.OwnerKey,
        Kind = ShareKind.Private,
        Rights = CameraRights.Snapshot | CameraRights.List,
        CreatedAt = Now,
    };

    /// <summary>What the log of its camera says when a share has ended.</summary>
    public static Activity Ended(Share share) => new()
    {
        Kind = ActivityKind.ShareEnded,
        CameraKey = share.CameraKey,
        ShareeKey = share.UserKey,
        DoneAt = Now,
    };

    public static Invitation Invitation(Camera camera, string? email = null)
    {
        email ??= $"{Fresh("guest")}@example.org";
        return new()
        {
            CameraKey = camera.Key,
            SharerKey = camera.OwnerKey,
            Email = email,
            NormalizedEmail = email.ToUpperInvariant(),
            Rights = CameraRights.Snapshot | CameraRights.List,
            CreatedAt = Now,
        };
    }

    /// <summary>A webhook that is off, to where nobody listens.</summary>
    public static Webhook Webhook(User user) => new()
    {
        UserKey = user.Id,
        Url = "http://127.0.0.1:1/",
        Secret = "a-secret-of-the-webhook",
        Kinds = [NoticeKind.CameraOffline],
        AllCameras = true,
        IsEnabled = false,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    public static Client Client(User? creator = null, string? name = null) => new()
    {
        Name = name ?? Fresh("client"),
        CallbackUris = ["https://example.org/back", "example.org"],
        CreatorKey = creator?.Id,
        CreatedAt = Now,
        UpdatedAt = Now,
        Credential = new ApiCredential { ApiId = Fresh("id"), ApiKey = "b31505fce7268dfa702e31cb290a1f73" },
    };
}
