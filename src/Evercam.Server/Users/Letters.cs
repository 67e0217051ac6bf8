using System.Globalization;
using Evercam.Server.Mail;

namespace Evercam.Server.Users;

/// <summary>What users are written. Of what people typed, only names that cannot hold a message are repeated: these mails go to
/// whatever address somebody gives.</summary>
internal static class Letters
{
    public static Letter Confirmation(string userName, string server, string link, TimeSpan life) => new(
        "Please confirm your email address",
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Hello {userName},

            this address was given for your account at {server}.
            To confirm that it is yours, open this link within {life.TotalDays} days:

              {link}

            If you have not signed up there, do not confirm it: whoever did would see what others share with this address. Somebody may
            only have mistyped theirs, and there is nothing to do.

            """));

    public static Letter AddressChanged(string userName, string server) => new(
        "Your email address was changed",
        $"""
        Hello {userName},

        your account at {server} has another email address now. This one is no longer used for it.

        If it was not you who changed it, log in and choose a new password and the right address, or ask whoever runs the server.

        """);

    public static Letter NewPassword(string userName, string server, string link, TimeSpan life) => new(
        "A new password for your account",
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Hello {userName},

            somebody asked for a new password for your account at {server}.
            To choose one, open this link within {life.TotalMinutes} minutes:

              {link}

            If it was not you, there is nothing to do: your password stays as it is.

            """));

    public static Letter PasswordChanged(string userName, string server, string link) => new(
        "Your password was changed",
        $"""
        Hello {userName},

        your account at {server} has a new password. You are logged out wherever you were logged in with the old one.

        If it was not you who changed it, ask for another at once:

          {link}

        """);
}
