using System.Security.Cryptography;
using System.Text;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Http;

/// <summary>Codes on paper. They are all digits, so that every keyboard has them, and longer than a code of the app, so that one field
/// is enough for both. Pure.</summary>
internal static class RecoveryCodes
{
    /// <summary>How many a user gets.</summary>
    public const int Number = 10;

    /// <summary>How long one is, without the dashes.</summary>
    public const int Length = 12;

    private const int Group = 4;

    /// <summary>New ones, without dashes.</summary>
    public static IReadOnlyList<string> Create() => [.. Enumerable.Range(0, Number).Select(_ => RandomNumberGenerator.GetString("0123456789", Length))];

    /// <summary>As people read it, such as <c>1234-5678-9012</c>.</summary>
    public static string Write(string code) => string.Join('-', code.Chunk(Group).Select(group => new string(group)));

    /// <summary>What the database keeps, see <see cref="RecoveryCode.Hash"/>.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> secret, string code) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(code));
}
