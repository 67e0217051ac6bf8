using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Mail;

/// <summary>
/// Emails that users have given up. Whoever holds a token, or finds a browser open, can change an account's email without the password;
/// so the last one that was confirmed goes on to count, or that of the sign-up if none was, until the new one is confirmed, was given with
/// the password, and some days have passed: mails for forgotten passwords go there, its readers can take the change back, and nobody else
/// can have it. The new one is only claimed until it is confirmed.
/// </summary>
internal static class FormerEmails
{
    /// <summary>How long a change can be taken back.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>Whether the former email counts.</summary>
    public static bool HasFormerEmail(this User user, DateTimeOffset now) =>
        user.FormerEmail is not null && (user.ConfirmedAt is null || (user.FormerEmailUntil ?? User.Always) > now.ToUnixTimeSeconds());

    /// <summary>Keeps the email that a user had until now, as far as it goes on to count.</summary>
    /// <param name="user">The user, with the new email, but as confirmed as with the old one.</param>
    /// <param name="old">The email before; the one that there is, if that is only to count from now on.</param>
    /// <param name="oldMailbox">The same as it was compared.</param>
    /// <param name="withPassword">Whether somebody says so who has shown the password, and a code where there is a second factor.</param>
    /// <param name="now">The time.</param>
    public static void KeepFormerEmail(this User user, string old, string oldMailbox, bool withPassword, DateTimeOffset now)
    {
        var isConfirmed = user.ConfirmedAt is not null;
        if (!user.HasFormerEmail(now) || (isConfirmed && oldMailbox == user.NormalizedFormerEmail))
        {
            // Of an account that has proven none, the one of the sign-up: only its user knows whether that was mistyped.
            (user.FormerEmail, user.NormalizedFormerEmail) = isConfirmed || !withPassword ? (old, oldMailbox) : (null, null);
            user.FormerEmailUntil = isConfirmed ? Until() : null;
        }
        else if (user.FormerEmailUntil is not null)
        {
            user.FormerEmailUntil = Until();
        }
        else if (withPassword || user.NormalizedEmail == user.NormalizedFormerEmail)
        {
            // Nor does the one between take its place: it may be of somebody who has a token, and nothing else.
            (user.FormerEmail, user.NormalizedFormerEmail) = (null, null);
        }

        long Until() => withPassword || user.NormalizedEmail == user.NormalizedFormerEmail ? (now + Life).ToUnixTimeSeconds() : User.Always;
    }

    /// <summary>Where mails go that let their reader in.</summary>
    public static string SafeEmail(this User user, DateTimeOffset now) => user.HasFormerEmail(now) ? user.FormerEmail! : user.Email!;

    /// <summary>Where the user is sure to be told what happens to the account; nowhere if nobody knows whose its email is.</summary>
    public static IEnumerable<string> KnownEmails(this User user, DateTimeOffset now)
    {
        var isFormerKnown = user.FormerEmailUntil is not null && user.HasFormerEmail(now);
        if (isFormerKnown)
        {
            yield return user.FormerEmail!;
        }

        if (user.ConfirmedAt is not null && !(isFormerKnown && user.NormalizedEmail == user.NormalizedFormerEmail))
        {
            yield return user.Email!;
        }
    }

    /// <summary>Whether the email is only claimed: by a change that nobody has confirmed, of an account that has proven another. What is
    /// meant for its readers is not for this user.</summary>
    public static bool OnlyClaimsEmail(this User user) => user.OnlyClaims(user.NormalizedEmail!);

    /// <summary>The same of the email that the user had until now, as it was compared.</summary>
    public static bool OnlyClaims(this User user, string mailbox) =>
        user.ConfirmedAt is null && user.FormerEmail is not null && mailbox != user.NormalizedFormerEmail;

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
            || (user.NormalizedFormerEmail == normal && (user.ConfirmedAt == null || user.FormerEmailUntil == null || user.FormerEmailUntil > moment)));
    }
}
