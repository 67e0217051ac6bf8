using System.Security.Cryptography;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Evercam.Server.Rights;

/// <summary>The codes of the mails that invite. Whoever has one was shown a mail to that email; whether an invitation still waits is for
/// the database to say. Nothing is kept of them: the key ring knows its own.</summary>
internal sealed class InvitationCodes(IDataProtectionProvider secrets)
{
    /// <summary>All are shorter.</summary>
    private const int MostLetters = 1_000;

    private readonly IDataProtector protector = secrets.CreateProtector("Evercam.Server", "invitation");

    /// <summary>A code for an email, in letters that a link may have.</summary>
    public string Of(string email) => WebEncoders.Base64UrlEncode(protector.Protect(Print(email)));

    /// <summary>Whether a code was made for an email.</summary>
    public bool IsFor(string email, string code)
    {
        if (code.Length is 0 or > MostLetters)
        {
            return false;
        }

        try
        {
            return CryptographicOperations.FixedTimeEquals(protector.Unprotect(WebEncoders.Base64UrlDecode(code)), Print(email));
        }
        catch (Exception forged) when (forged is CryptographicException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Of one length, however long the email is.</summary>
    private static byte[] Print(string email) => RandomSecret.HashOf(Mailbox.Of(email));
}
