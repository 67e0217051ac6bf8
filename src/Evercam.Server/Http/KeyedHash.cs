using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Evercam.Server.Http;

/// <summary>A secret under a key that only this process has: as a key in a dictionary it gives nothing away.</summary>
internal readonly record struct SecretHash(UInt128 High, UInt128 Low);

/// <summary>Makes <see cref="SecretHash"/>es: SHA-256 behind a key that is random per process. Nothing of them leaves the process, so
/// that the lengthening which HMAC guards against has no one to try it, and every request pays half.</summary>
internal sealed class KeyedHash
{
    private const int KeyLength = 32;
    private const int Texts = KeyLength + 1 + sizeof(int);

    private readonly byte[] key = RandomNumberGenerator.GetBytes(KeyLength);

    /// <summary>The hash of two texts for one purpose, in which no two pairs run into each other.</summary>
    public SecretHash Of(CallerScheme purpose, ReadOnlySpan<char> first, ReadOnlySpan<char> second = default)
    {
        var room = Texts + Encoding.UTF8.GetMaxByteCount(first.Length + second.Length);
        var buffer = room <= 1024 ? stackalloc byte[room] : new byte[room];
        key.CopyTo(buffer);
        buffer[KeyLength] = (byte)purpose;
        BinaryPrimitives.WriteInt32LittleEndian(buffer[(KeyLength + 1)..], first.Length);
        var length = Texts + Encoding.UTF8.GetBytes(first, buffer[Texts..]);
        length += Encoding.UTF8.GetBytes(second, buffer[length..]);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer[..length], hash);
        CryptographicOperations.ZeroMemory(buffer);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }
}
