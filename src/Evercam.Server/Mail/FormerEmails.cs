using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Mail;

/// <summary>
/// Emails that users have given up. Whoever holds a token, or finds a browser open, can change an account's email without the password;
/// so the last one that was confirmed goes on to count until the new one is confirmed and some days have passed: mails for forgotten
/// passwords go there, its readers can take the change back, and nobody else can have it. The new one is only claimed until then.
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

    /// <summary>Whether the email is only claimed: by a change that nobody has confirmed, of an account that has proven another. What is
    /// meant for its readers is not for this user.</summary>
    public static bool OnlyClaimsEmail(this User user) =>
        user.ConfirmedAt is null && user.FormerEmail is not null && user.NormalizedEmail != user.NormalizedFormerEmail;

    /// <summary>Users who only claim this email.</summary>
    public static IQueryable<User> ClaimingEmail(this IQueryable<User> users, string email)
    {
        var normal = Mailbox.Of(email);
        return users.Where(user => user.NormalizedEmail == normal
            && user.ConfirmedAt == null && user.NormalizedFormerEmail != null && user.NormalizedFormerEmail != normal);
    }

    /// <summary>Users whom nobody else may be mistaken for who has this user name or email: it is theirs, or it is the former email of one
    /// of them, while that counts. By an email that is only claimed, nobody is known.</summary>
    public static IQueryable<User> KnownBy(this IQueryable<User> users, string login, DateTimeOffset now)
    {
        // Only emails hold an @, so that a login is a name or an email.
        var (normal, moment) = (Logins.Normal(login), now.ToUnixTimeSeconds());
        return users.Where(user => user.NormalizedUserName == normal
            || (user.NormalizedEmail == normal && (user.ConfirmedAt != null || user.NormalizedFormerEmail == null))
            || (user.NormalizedFormerEmail == normal && (user.ConfirmedAt == null || user.FormerEmailUntil > moment)));
    }
}
