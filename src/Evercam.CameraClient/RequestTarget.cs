using System.Buffers;
using System.Text;

namespace Evercam.CameraClient;

/// <summary>Makes a request target of what people type: what a browser would send, except that nothing is resolved,
/// decoded or brought into a normal form.</summary>
internal static class RequestTarget
{
    // RFC 3986, less '#': no fragment is ever sent, so it must belong to the path. A '%' stays as it is, well-formed or not.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?[]@!$&'()*+,;=%");

    public static string Escape(string path)
    {
        var target = path.StartsWith('/') ? path : $"/{path}";
        return target.AsSpan().ContainsAnyExcept(Plain) ? EscapeOdd(target) : target;
    }

    /// <summary>The path with the account, percent-encoded, in place of its placeholders.</summary>
    public static string Fill(string path, CameraCredential? credential) => path.Contains('[', StringComparison.Ordinal)
        ? path
            .Replace("[USERNAME]", Uri.EscapeDataString(credential?.UserName ?? ""), StringComparison.Ordinal)
            .Replace("[PASSWORD]", Uri.EscapeDataString(credential?.Password ?? ""), StringComparison.Ordinal)
        : path;

    private static string EscapeOdd(string target)
    {
        var escaped = new StringBuilder(target.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in target.EnumerateRunes())
        {
            if (rune.IsAscii && Plain.Contains((char)rune.Value))
            {
                escaped.Append((char)rune.Value);
                continue;
            }

            foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
            {
                escaped.Append('%').Append(Convert.ToHexString([octet]));
            }
        }

        return escaped.ToString();
    }
}
