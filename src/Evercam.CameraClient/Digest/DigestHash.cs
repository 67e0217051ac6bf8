using System.Security.Cryptography;
using System.Text;

namespace Evercam.CameraClient.Digest;

/// <summary>The hash functions of RFC 7616 that this platform has. SHA-512-256 is not among them; no camera was seen to want it.</summary>
internal abstract class DigestHash
{
    public static readonly DigestHash Md5 = new Md5Hash();
    public static readonly DigestHash Sha256 = new Sha256Hash();

    /// <summary>H(data) in lower-case hexadecimal digits.</summary>
    public abstract string Hex(ReadOnlySpan<byte> data);

    /// <summary>H(text) of a text whose characters are octets.</summary>
    public string Hex(string octets) => Hex(Encoding.Latin1.GetBytes(octets));

    private sealed class Md5Hash : DigestHash
    {
        public override string Hex(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(MD5.HashData(data));
    }

    private sealed class Sha256Hash : DigestHash
    {
        public override string Hex(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));
    }
}
