using System.Text;

namespace Evercam.Server.SecondFactors;

/// <summary>Bytes as authenticator apps take them: in letters and digits that people do not mistake for each other (RFC 4648, without
/// padding).</summary>
internal static class Base32
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerLetter = 5;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (waiting, bits) = (0, 0);
        foreach (var next in bytes)
        {
            waiting = (waiting << 8) | next;
            bits += 8;
            while (bits >= BitsPerLetter)
            {
                bits -= BitsPerLetter;
                text.Append(Letters[(waiting >> bits) & 31]);
            }

            waiting &= (1 << bits) - 1;
        }

        return bits == 0 ? text.ToString() : text.Append(Letters[(waiting << (BitsPerLetter - bits)) & 31]).ToString();
    }
}
