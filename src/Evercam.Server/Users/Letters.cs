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
    /// <param name="life">How long that can be done.</param>
    public static Letter AddressChanged(string userName, string server, string? link, TimeSpan life) => new(
        "Your email address was changed",
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Hello {userName},

            your account at {server} has another email address now.

            If it was not you who changed it, {TakeBack(link, life)}
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

    private static string TakeBack(string? link, TimeSpan life) => link is null
        ? """
          log in and choose a new password and the right address, or ask whoever runs the
          server. The address before this one has a link to take the change back.

          """
        : string.Create(
            CultureInfo.InvariantCulture,
            $"""
            take it back within {life.TotalDays} days:

              {link}

            Until then, and until the new address is confirmed, mails for a forgotten password still come here.

            """);
}
