using System.Security.Cryptography;
using System.Text;

namespace Evercam.Storage.Catalog;

/// <summary>A random text that its holder shows to be recognised: of a session, or a token. The database has only its hash, so
/// that whoever reads the database can show nothing. It is too random to be guessed from a fast hash.</summary>
public static class RandomSecret
{
    /// <summary>160 bits: more than any contract asks for.</summary>
    private const int Digits = 40;

    /// <summary>A new one: lower-case hexadecimal digits.</summary>
    public static string Create() => RandomNumberGenerator.GetHexString(Digits, lowercase: true);

    /// <summary>What the database keeps: SHA-256, 32 bytes.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
