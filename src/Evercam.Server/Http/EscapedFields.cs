using System.Globalization;
using System.Text;

namespace Evercam.Server.Http;

/// <summary>Reads the fields of a query or an urlencoded form: <c>forename=Ren%C3%A9&amp;…</c>. What is escaped are bytes, and only all
/// bytes of a value together are a text.</summary>
internal static class EscapedFields
{
    /// <summary>Adds the fields, those before one too many even where that is refused.</summary>
    /// <param name="fields">Where to.</param>
    /// <param name="written">As it travelled.</param>
    /// <param name="charset">What the bytes mean: UTF-8, or one in which each byte is a letter.</param>
    /// <exception cref="ApiException">There are too many (400).</exception>
    public static void AddTo(FormFields fields, ReadOnlySpan<byte> written, Encoding charset)
    {
        foreach (var range in written.Split((byte)'&'))
        {
            var field = written[range];
            if (field.IsEmpty)
            {
                continue;
            }

            var sign = field.IndexOf((byte)'=');
            var name = Unescape(sign < 0 ? field : field[..sign]);
            var value = Unescape(sign < 0 ? default : field[(sign + 1)..]);
            // A name that is no text is none that anyone asks for.
            fields.Add(charset.GetString(name), charset.IsSingleByte ? Param.OfText(charset.GetString(value)) : Param.OfText(value));
        }
    }

    /// <summary>The bytes that are meant. A percent sign without two digits behind it is one.</summary>
    private static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> written)
    {
        if (!written.ContainsAny((byte)'%', (byte)'+'))
        {
            return written;
        }

        var bytes = new byte[written.Length];
        var length = 0;
        for (var at = 0; at < written.Length; at++)
        {
            var octet = written[at] == (byte)'+' ? (byte)' ' : written[at];
            if (octet == (byte)'%' && at + 2 < written.Length
                && byte.TryParse(written.Slice(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var escaped))
            {
                octet = escaped;
                at += 2;
            }

            bytes[length++] = octet;
        }

        return bytes.AsSpan(0, length);
    }
}
