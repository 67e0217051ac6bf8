using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Evercam.Server.Http;

/// <summary>A secret under a key that only this process has: as a key in a dictionary it gives nothing away.</summary>
internal readonly record struct SecretHash(UInt128 High, UInt128 Low);

/// <summary>Makes <see cref="SecretHash"/>es: HMAC-SHA256 with a key that is random per process.</summary>
internal sealed class KeyedHash
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    /// <summary>The hash of two texts for one purpose, in which no two pairs run into each other.</summary>
    public SecretHash Of(CallerScheme purpose, ReadOnlySpan<char> first, ReadOnlySpan<char> second = default)
    {
        var room = 5 + Encoding.UTF8.GetMaxByteCount(first.Length + second.Length);
        var buffer = room <= 1024 ? stackalloc byte[room] : new byte[room];
        buffer[0] = (byte)purpose;
        BinaryPrimitives.WriteInt32LittleEndian(buffer[1..], first.Length);
        var length = 5 + Encoding.UTF8.GetBytes(first, buffer[5..]);
        length += Encoding.UTF8.GetBytes(second, buffer[length..]);

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, buffer[..length], hash);
        CryptographicOperations.ZeroMemory(buffer);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
