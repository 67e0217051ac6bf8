namespace Evercam.Server.Users;

/// <summary>What somebody has shown who changes an account. Without the password, no new email ever leads to a new password.</summary>
internal enum Shown
{
    /// <summary>Nothing but a token, keys, or the cookie of a log-in.</summary>
    Nothing,

    /// <summary>The password, which is all there is to show where there is no second factor.</summary>
    Password,

    /// <summary>The password, and a code where there is a second factor.</summary>
    All,
}
