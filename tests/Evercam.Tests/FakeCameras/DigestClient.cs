using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Evercam.Tests.FakeCameras;

/// <summary>A caller that computes Digest by the letter and lets a test choose what no honest client would.</summary>
internal sealed partial class DigestClient(Uri url, string userName, string password)
{
    private string _realm = "";
    private string _algorithm = "";

    public string Nonce { get; set; } = "";

    public string DigestUri { get; init; } = url.PathAndQuery;

    /// <summary>Takes a challenge.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        var answer = await Wire.AskAsync(url, "Connection: close\r\n", 4096, cancellation);
        var challenge = Challenge().Match(answer);
        Assert.True(challenge.Success, answer);
        _realm = challenge.Groups["realm"].Value;
        _algorithm = challenge.Groups["algorithm"].Value;
        Nonce = challenge.Groups["nonce"].Value;
    }

    /// <summary>Asks with the last challenge's nonce and this count; gives the head of the answer.</summary>
    public async Task<string> AskAsync(string count, CancellationToken cancellation)
    {
        const string cnonce = "0a4f113b";
        var secret = Hash($"{userName}:{Unquote(_realm)}:{password}");
        var response = Hash($"{secret}:{Nonce}:{count}:{cnonce}:auth:{Hash($"GET:{DigestUri}")}");
        var header = $"Authorization: Digest username=\"{Quote(userName)}\", realm=\"{_realm}\", nonce=\"{Nonce}\", "
            + $"uri=\"{DigestUri}\", response=\"{response}\", algorithm={_algorithm}, cnonce=\"{cnonce}\", "
            + $"opaque=\"door\", qop=auth, nc={count}\r\nConnection: close\r\n";
        return (await Wire.AskAsync(url, header, 1 << 20, cancellation)).Split("\r\n\r\n")[0];
    }

    private string Hash(string text)
    {
        var name = _algorithm == "MD5" ? HashAlgorithmName.MD5 : HashAlgorithmName.SHA256;
        return Convert.ToHexStringLower(CryptographicOperations.HashData(name, Encoding.UTF8.GetBytes(text)));
    }

    private static string Quote(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Unquote(string value) => Escape().Replace(value, "$1");

    [GeneratedRegex("""
        Digest realm="(?<realm>(?:[^"\\]|\\.)*)", qop="auth", algorithm=(?<algorithm>[^,]+), nonce="(?<nonce>[^"]+)", opaque="door"
        """)]
    private static partial Regex Challenge();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
