using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>What names a user on the wire: the user name or the email, in any case.</summary>
internal static partial class Logins
{
    /// <summary>The longest address that mail can be sent to.</summary>
    private const int EmailLength = 254;

    /// <summary>Whether a text looks like an email (contract 4.1.2). Only its owner's answer to a mail proves that it is one.</summary>
    public static bool IsEmail(string text) => text.Length <= EmailLength && Email().IsMatch(text);

    /// <summary>The user with this login, if there is one.</summary>
    public static IQueryable<User> WithLogin(this IQueryable<User> users, string login)
    {
        // Only emails hold an @, so one look-up is enough.
        var normal = login.ToUpperInvariant();
        return normal.Contains('@', StringComparison.Ordinal)
            ? users.Where(user => user.NormalizedEmail == normal)
            : users.Where(user => user.NormalizedUserName == normal);
    }

    [GeneratedRegex(@"\A[^@\s\p{Cc}]+@[^@\s\p{Cc}]+\.[^@\s\p{Cc}]+\z")]
    private static partial Regex Email();
}
