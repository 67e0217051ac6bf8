using System.Buffers.Binary;
using System.Security.Cryptography;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Evercam.Server.Rights;

/// <summary>The codes of the mails that invite. Each names its invitation, whose number no other ever has: what was taken back stays so,
/// also if the same email is invited anew. Whether an invitation still waits is for the database to say. Nothing is kept of the codes: the
/// key ring knows its own.</summary>
internal sealed class InvitationCodes(IDataProtectionProvider secrets)
{
    /// <summary>All are shorter.</summary>
    private const int MostLetters = 1_000;

    private readonly IDataProtector protector = secrets.CreateProtector("Evercam.Server", "invitation", "by number");

    /// <summary>A code for an invitation that has its number, in letters that a link may have.</summary>
    public string Of(Invitation invitation) =>
        WebEncoders.Base64UrlEncode(protector.Protect([.. NumberOf(invitation.Key), .. PrintOf(invitation.NormalizedEmail)]));

    /// <summary>The key of the invitation that a code was made for; <see langword="null"/> if it is none, or one to another email.</summary>
    /// <param name="code">What somebody shows.</param>
    /// <param name="mailbox">The email as it is compared (<see cref="Mailbox"/>).</param>
    public long? KeyOf(string code, string mailbox)
    {
        if (code.Length is 0 or > MostLetters)
        {
            return null;
        }

        try
        {
            var said = protector.Unprotect(WebEncoders.Base64UrlDecode(code)).AsSpan();
            return CryptographicOperations.FixedTimeEquals(said[sizeof(long)..], PrintOf(mailbox))
                ? BinaryPrimitives.ReadInt64BigEndian(said)
                : null;
        }
        catch (Exception forged) when (forged is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static byte[] NumberOf(long key)
    {
        var number = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, key);
        return number;
    }

    /// <summary>Of one length, however long the email is.</summary>
    private static byte[] PrintOf(string mailbox) => RandomSecret.HashOf(mailbox);
}
