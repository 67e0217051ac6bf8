using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Evercam.FakeCameras.Auth;

/// <summary>The nonces of one camera. A nonce carries its own birth and seal, so only those that were used are remembered.</summary>
internal sealed class Nonces(TimeSpan life, TimeProvider clock)
{
    private const int SealLength = 16;
    private const int BirthLength = sizeof(long);
    private const int SaltLength = 8;
    private const int BodyLength = BirthLength + SaltLength;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Used> _used = new(StringComparer.Ordinal);

    public string Issue()
    {
        var nonce = new byte[BodyLength + SealLength];
        BinaryPrimitives.WriteInt64BigEndian(nonce, clock.GetUtcNow().UtcTicks);
        RandomNumberGenerator.Fill(nonce.AsSpan(BirthLength, SaltLength));
        Seal(nonce.AsSpan(0, BodyLength)).CopyTo(nonce.AsSpan(BodyLength));
        return Convert.ToBase64String(nonce);
    }

    /// <summary>Whether this camera gave the nonce, not too long ago, and the count has risen since its last use.</summary>
    public bool Use(string nonce, uint count, string cnonce)
    {
        if (!IsFresh(nonce))
        {
            return false;
        }

        lock (_lock)
        {
            var isKnown = _used.TryGetValue(nonce, out var before);
            if (count <= before.Count)
            {
                return false;
            }

            if (!isKnown)
            {
                ForgetOld();
            }

            _used[nonce] = isKnown ? before with { Count = count } : new Used(count, cnonce);
            return true;
        }
    }

    /// <summary>The client nonce that a session began with: RFC 7616, 3.4.2 computes A1 once, on the first request.</summary>
    public string SessionCnonce(string nonce, string cnonce)
    {
        lock (_lock)
        {
            return _used.TryGetValue(nonce, out var session) ? session.FirstCnonce : cnonce;
        }
    }

    private void ForgetOld()
    {
        foreach (var old in _used.Keys.Where(n => !IsFresh(n)).ToList())
        {
            _used.Remove(old);
        }
    }

    private bool IsFresh(string nonce)
    {
        Span<byte> bytes = stackalloc byte[BodyLength + SealLength];
        if (!Convert.TryFromBase64String(nonce, bytes, out var length)
            || length != bytes.Length
            || !CryptographicOperations.FixedTimeEquals(bytes[BodyLength..], Seal(bytes[..BodyLength])))
        {
            return false;
        }

        var born = new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(bytes), TimeSpan.Zero);
        return clock.GetUtcNow() - born < life;
    }

    private ReadOnlySpan<byte> Seal(ReadOnlySpan<byte> body) => HMACSHA256.HashData(_key, body).AsSpan(0, SealLength);

    private readonly record struct Used(uint Count, string FirstCnonce);
}
