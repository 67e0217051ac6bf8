using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>What names a user on the wire: the user name or the email, in any case.</summary>
internal static class Logins
{
    /// <summary>The user with this login, if there is one.</summary>
    public static IQueryable<User> WithLogin(this IQueryable<User> users, string login)
    {
        // Only emails hold an @, so one look-up is enough.
        var normal = login.ToUpperInvariant();
        return normal.Contains('@', StringComparison.Ordinal)
            ? users.Where(user => user.NormalizedEmail == normal)
            : users.Where(user => user.NormalizedUserName == normal);
    }
}
