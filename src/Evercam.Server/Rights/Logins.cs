using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>What names a user on the wire: the user name in any case, or the email however it is written.</summary>
internal static class Logins
{
    /// <summary>The user with this login, if there is one.</summary>
    public static IQueryable<User> WithLogin(this IQueryable<User> users, string login)
    {
        // One look-up is enough.
        var normal = Normal(login);
        return IsEmail(login)
            ? users.Where(user => user.NormalizedEmail == normal)
            : users.Where(user => user.NormalizedUserName == normal);
    }

    /// <summary>A login as it is compared.</summary>
    public static string Normal(string login) => IsEmail(login) ? Mailbox.Of(login) : login.ToUpperInvariant();

    /// <summary>Only emails hold an @.</summary>
    private static bool IsEmail(string login) => login.Contains('@', StringComparison.Ordinal);
}
