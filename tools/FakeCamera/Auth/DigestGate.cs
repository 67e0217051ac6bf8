using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Evercam.FakeCameras.Auth;

/// <summary>The server's side of Digest, RFC 7616, with <c>qop=auth</c>. It shares nothing with the client under test.</summary>
internal sealed class DigestGate(FakeCamera camera, TimeProvider clock)
{
    private const string Scheme = "Digest ";

    private readonly Nonces _nonces = new(camera.NonceLife, clock);

    private bool IsSession => camera.Auth is CameraAuth.DigestMd5Sess or CameraAuth.DigestSha256Sess;

    private string Algorithm => (HashName == HashAlgorithmName.MD5 ? "MD5" : "SHA-256") + (IsSession ? "-sess" : "");

    private HashAlgorithmName HashName => camera.Auth is CameraAuth.DigestMd5 or CameraAuth.DigestMd5Sess
        ? HashAlgorithmName.MD5
        : HashAlgorithmName.SHA256;

    public string Challenge(bool isStale) =>
        $"Digest realm={AuthParams.Quote(camera.Realm)}, qop=\"auth\", algorithm={Algorithm}, "
        + $"nonce=\"{_nonces.Issue()}\", opaque=\"{camera.Name}\", charset=UTF-8{(isStale ? ", stale=true" : "")}";

    public Verdict Check(string method, string target, string authorization)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Verdict.Refused;
        }

        if (DigestResponse.Parse(authorization.AsSpan(Scheme.Length)) is not { } said
            || said.Target != target
            || said.Qop != "auth"
            || said.Opaque != camera.Name
            || !said.Algorithm.Equals(Algorithm, StringComparison.OrdinalIgnoreCase))
        {
            return Verdict.Malformed;
        }

        var sessionCnonce = IsSession ? _nonces.SessionCnonce(said.Nonce, said.Cnonce) : said.Cnonce;
        var isPerson = AreEqual(said.UserName, camera.UserName) & AreEqual(said.Realm, camera.Realm);
        var isPassword = AreEqual(said.Response, Expected(method, said, sessionCnonce));
        if (!(isPerson & isPassword))
        {
            return Verdict.Refused;
        }

        return _nonces.Use(said.Nonce, said.Count, said.Cnonce) ? Verdict.Granted : Verdict.Stale;
    }

    private string Expected(string method, DigestResponse said, string sessionCnonce)
    {
        var secret = Hash($"{camera.UserName}:{camera.Realm}:{camera.Password}");
        if (IsSession)
        {
            secret = Hash($"{secret}:{said.Nonce}:{sessionCnonce}");
        }

        return Hash($"{secret}:{said.Nonce}:{said.NonceCount}:{said.Cnonce}:auth:{Hash($"{method}:{said.Target}")}");
    }

    private string Hash(string text) =>
        Convert.ToHexStringLower(CryptographicOperations.HashData(HashName, Encoding.UTF8.GetBytes(text)));

    private static bool AreEqual(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}

/// <summary>What a caller said in <c>Authorization: Digest</c>.</summary>
internal sealed record DigestResponse(
    string UserName, string Realm, string Nonce, string Target, string Response,
    string Algorithm, string Cnonce, string Opaque, string Qop, string NonceCount, uint Count)
{
    /// <summary>Null if anything is missing that <c>qop=auth</c> needs.</summary>
    public static DigestResponse? Parse(ReadOnlySpan<char> text)
    {
        if (AuthParams.Parse(text) is not { } said
            || UserNameOf(said) is not { } userName
            || !said.TryGetValue("realm", out var realm)
            || !said.TryGetValue("nonce", out var nonce)
            || !said.TryGetValue("uri", out var target)
            || !said.TryGetValue("response", out var response)
            || !said.TryGetValue("cnonce", out var cnonce)
            || !said.TryGetValue("opaque", out var opaque)
            || !said.TryGetValue("qop", out var qop)
            || !said.TryGetValue("nc", out var nc)
            || nc.Length != 8
            || !uint.TryParse(nc, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        // RFC 7616, 3.4: without the word, MD5 is meant.
        var algorithm = said.GetValueOrDefault("algorithm", "MD5");
        return new(userName, realm, nonce, target, response, algorithm, cnonce, opaque, qop, nc, count);
    }

    /// <summary>RFC 7616, 3.4: <c>username*</c> carries what a client will not put between quotes.</summary>
    private static string? UserNameOf(Dictionary<string, string> said)
    {
        const string charset = "UTF-8''";
        if (said.GetValueOrDefault("username*") is { } encoded)
        {
            return encoded.StartsWith(charset, StringComparison.OrdinalIgnoreCase) && !said.ContainsKey("username")
                ? Uri.UnescapeDataString(encoded[charset.Length..])
                : null;
        }

        return said.GetValueOrDefault("username");
    }
}
