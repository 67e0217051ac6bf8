using System.Globalization;
using Evercam.Server.Setup;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Mail;

/// <summary>What was done to an account that somebody else must not have done.</summary>
/// <param name="Subject">What happened, in one line.</param>
/// <param name="Text">What that means, in a sentence or two.</param>
internal sealed record Alarm(string Subject, string Text)
{
    public static Alarm NewPassword { get; } = new(
        "Your password was changed", "It has a new password. You are logged out wherever you were logged in with the old one.");

    public static Alarm NewKeys { get; } = new(
        "Your API key was renewed", "It has a new pair of API id and key. Programs that have the old one get in no more.");

    public static Alarm FactorOn { get; } = new(
        "Your second factor was switched on",
        "Logging in asks for a code beside the password now. Without the telephone and the recovery codes, only whoever runs the server\ncan help.");

    public static Alarm FactorOff { get; } = new("Your second factor was switched off", "The password alone opens it now.");

    public static Alarm NewRecoveryCodes { get; } = new(
        "Your recovery codes were made anew", "The recovery codes that were given out before are good for nothing any more.");

    public static Alarm FormerEmailAgain { get; } = new(
        "Your email address is the one before again",
        "It was given another address, which nobody confirmed. Somebody else has that one now, and the account has this one again.");

    /// <param name="before">The user name so far: one cannot hold a message.</param>
    public static Alarm NewName(string before) => new(
        "Your user name was changed", $"It was called {before} before. Log in with its new name, or with your email address.");

    public static Alarm WrongCodes { get; } = new(
        "Somebody failed at your second factor",
        "Somebody gave its password, and then several wrong codes. If it was you, there is nothing to do. If it was not, somebody knows\nyour password.");
}

/// <summary>Tells users of alarms, so that what they did not do themselves comes to light. Only emails that are known to be theirs: nobody
/// else's are to be filled with news of an account.</summary>
internal sealed class OwnerNews(Outbox outbox, MailDoor door, PublicAddress address, TimeProvider clock)
{
    /// <summary>Adds a mail to what the request's database saves next.</summary>
    /// <param name="user">Who is told.</param>
    /// <param name="alarm">Of what.</param>
    /// <param name="wayBack">A link to a new password that undoes it, as long as an email can be taken back. It goes only where all mails go
    /// that let their reader in.</param>
    public void Add(User user, Alarm alarm, string? wayBack = null)
    {
        var now = clock.GetUtcNow();
        foreach (var email in user.KnownEmails(now))
        {
            outbox.Add(email, Of(user.UserName!, alarm, email == user.SafeEmail(now) ? wayBack : null));
        }
    }

    /// <summary>The same of what needs no password, and could be done all day.</summary>
    public void AddWithinLimits(User user, Alarm alarm)
    {
        if (door.TryPass(user.Id))
        {
            Add(user, alarm);
        }
    }

    private Letter Of(string userName, Alarm alarm, string? wayBack) => new(
        alarm.Subject,
        $"""
        Hello {userName},

        this is about your account at {address.Root}.
        {alarm.Text}

        {(wayBack is null ? "If it was not you, ask for a new password at once:" : Undo)}

          {wayBack ?? address.To("/reset/password")}

        """);

    private static string Undo { get; } = string.Create(
        CultureInfo.InvariantCulture, $"If it was not you, choose a new password within {FormerEmails.Life.TotalDays} days, which undoes that:");
}
