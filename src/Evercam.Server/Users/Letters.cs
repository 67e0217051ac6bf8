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

    /// <param name="userName">Whose address it was.</param>
    /// <param name="server">Where.</param>
    /// <param name="link">Where the change is taken back; <see langword="null"/> if that is for the readers of an older address.</param>
    /// <param name="isKept">Whether there is such an address, or this one.</param>
    /// <param name="withPassword">Whether whoever changed it knew the password.</param>
    /// <param name="life">How long that can be done.</param>
    public static Letter AddressChanged(string userName, string server, string? link, bool isKept, bool withPassword, TimeSpan life) => new(
        "Your email address was changed",
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Hello {userName},

            your account at {server} has another email address now.

            If it was not you who changed it, {(link is null ? AskForHelp(isKept) : TakeBack(link, withPassword, life))}
            """));

    public static Letter NewPassword(string userName, string server, string link, TimeSpan life, bool isFormer) => new(
        "A new password for your account",
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Hello {userName},

            somebody asked for a new password for your account at {server}.
            To choose one, open this link within {life.TotalMinutes} minutes:

              {link}
            {(isFormer ? Returns : "")}
            If it was not you, there is nothing to do: your password stays as it is.

            """));

    private const string Returns =
        """

        The account was given another address of late. With the new password it has this one again.

        """;

    private static string AskForHelp(bool isKept) =>
        $"""
        log in and choose a new password and the right address, or ask whoever runs the
        server.{(isKept ? " The address before this one has a link to take the change back." : "")}

        """;

    private static string TakeBack(string link, bool withPassword, TimeSpan life) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        take it back within {life.TotalDays} days:

          {link}

        {(withPassword
            ? "Until then, and until the new address is confirmed, mails for a forgotten password still come here."
            : "Whoever changed it did not give your password. Mails for a forgotten password still come here, until you save the new address\nwith your password at your profile, and confirm it.")}

        """);
}
