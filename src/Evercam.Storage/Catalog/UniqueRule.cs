namespace Evercam.Storage.Catalog;

/// <summary>What two rows of the catalog may not have in common.</summary>
public enum UniqueRule
{
    /// <summary>Something that no caller chooses.</summary>
    Other = 0,

    /// <summary>The user name, without regard to case.</summary>
    UserName = 1,

    /// <summary>The email, however it is written.</summary>
    Email = 2,

    /// <summary>The API id, of users and clients together.</summary>
    ApiId = 3,

    /// <summary>The camera's id.</summary>
    CameraId = 4,

    /// <summary>The camera and the user it is shared with.</summary>
    Share = 5,

    /// <summary>The name of a client, without regard to case.</summary>
    ClientName = 6,

    /// <summary>The camera and the email that is invited to it, however it is written.</summary>
    Invitation = 7,
}

/// <summary>How the databases name what was violated: PostgreSQL by its index, SQLite by the columns.</summary>
internal static class UniqueRules
{
    private static readonly (UniqueRule Rule, string Index, string Columns)[] All =
    [
        (UniqueRule.UserName, "ix_users_normalized_user_name", "users.normalized_user_name"),
        (UniqueRule.Email, "ix_users_normalized_email", "users.normalized_email"),
        (UniqueRule.ApiId, "pk_api_credentials", "api_credentials.api_id"),
        (UniqueRule.CameraId, "ix_cameras_id", "cameras.id"),
        (UniqueRule.Share, "ix_shares_camera_key_user_key", "shares.camera_key, shares.user_key"),
        (UniqueRule.ClientName, "ix_clients_normalized_name", "clients.normalized_name"),
        (UniqueRule.Invitation, "ix_invitations_camera_key_normalized_email", "invitations.camera_key, invitations.normalized_email"),
    ];

    public static UniqueRule OfIndex(string? name) => All.FirstOrDefault(rule => rule.Index == name).Rule;

    /// <summary>The rule that SQLite's message is about: <c>… UNIQUE constraint failed: cameras.id'.</c></summary>
    public static UniqueRule OfColumns(string message) => All.FirstOrDefault(
        rule => message.Contains($": {rule.Columns}'", StringComparison.Ordinal)).Rule;
}
