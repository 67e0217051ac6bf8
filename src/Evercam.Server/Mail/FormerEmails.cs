using Evercam.Storage.Catalog;

namespace Evercam.Server.Mail;

/// <summary>
/// Emails that users have given up. Whoever holds a token, or finds a browser open, can change an account's email without the password;
/// so the last one that was confirmed goes on to count until the new one is confirmed and some days have passed: mails for forgotten
/// passwords go there, its readers can take the change back, and nobody else can have it.
/// </summary>
internal static class FormerEmails
{
    /// <summary>How long a change can be taken back.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>Whether the former email counts.</summary>
    public static bool HasFormerEmail(this User user, DateTimeOffset now) =>
        user.FormerEmail is not null && (user.ConfirmedAt is null || user.FormerEmailUntil > now.ToUnixTimeSeconds());

    /// <summary>Where mails go that let their reader in.</summary>
    public static string SafeEmail(this User user, DateTimeOffset now) => user.HasFormerEmail(now) ? user.FormerEmail! : user.Email!;

    /// <summary>Where the user is sure to be told what happens to the account; nowhere if nobody knows whose its email is.</summary>
    public static IEnumerable<string> KnownEmails(this User user, DateTimeOffset now)
    {
        if (user.HasFormerEmail(now))
        {
            yield return user.FormerEmail!;
        }

        if (user.ConfirmedAt is not null && !(user.HasFormerEmail(now) && user.NormalizedEmail == user.NormalizedFormerEmail))
        {
            yield return user.Email!;
        }
    }

    /// <summary>Users of whom this is the former email, while it counts.</summary>
    public static IQueryable<User> WithFormerEmail(this IQueryable<User> users, string email, DateTimeOffset now)
    {
        var (normal, moment) = (email.ToUpperInvariant(), now.ToUnixTimeSeconds());
        return users.Where(user => user.NormalizedFormerEmail == normal && (user.ConfirmedAt == null || user.FormerEmailUntil > moment));
    }
}
