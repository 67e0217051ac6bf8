using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Evercam.Server.Http;

/// <summary>Codes that are made of a secret and the time (TOTP, RFC 6238), with the values that every app knows: SHA-1, 30 seconds,
/// 6 digits. Pure.</summary>
internal static class TimeCode
{
    /// <summary>How long a code is.</summary>
    public const int Length = 6;

    /// <summary>How long a secret is: as long as the hash, as RFC 4226 recommends.</summary>
    public const int SecretBytes = 20;

    private const int StepSeconds = 30;

    /// <summary>A new secret.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The time step that a moment falls in.</summary>
    public static long StepAt(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a time step.</summary>
    public static string Of(ReadOnlySpan<byte> secret, long step, int length = Length)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Apps know nothing else, and what is weak in SHA-1 does not weaken its HMAC.
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350

        // The last digit of the hash says which part of it is the number.
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash[(hash[^1] & 0xF)..]) & int.MaxValue;
        var code = number.ToString(CultureInfo.InvariantCulture).PadLeft(length, '0');
        return code[^length..];
    }

    /// <summary>The step of which this is the code: the present one, or the one before or after it, because a person types slowly and
    /// a telephone's clock may be wrong. <see langword="null"/> if it is none of them.</summary>
    public static long? FindStep(ReadOnlySpan<byte> secret, string code, long now)
    {
        long? found = null;
        for (var step = now - 1; step <= now + 1; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Of(secret, step)), Encoding.UTF8.GetBytes(code)))
            {
                found = step;
            }
        }

        return found;
    }
}
