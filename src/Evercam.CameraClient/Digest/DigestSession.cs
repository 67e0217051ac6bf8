using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Evercam.CameraClient.Digest;

/// <summary>Answers one Digest challenge for one request target, again and again (RFC 7616; RFC 2069 without <c>qop</c>). The
/// count of uses rises with every answer, so that the next picture needs no new challenge. Safe for many threads.</summary>
/// <remarks>
/// A header's characters are octets here (Latin-1 both ways): whatever a camera's realm is encoded in, it gets back, and
/// hashed, the octets that it sent. User name and password are UTF-8.
/// </remarks>
internal sealed class DigestSession
{
    private readonly DigestChallenge challenge;
    private readonly string clientNonce;
    private readonly string secret;
    private readonly string requestHash;
    private readonly string before;
    private uint uses;

    public DigestSession(DigestChallenge challenge, CameraCredential credential, string target, string? clientNonce = null)
        : this(challenge, clientNonce ??= Random(), SecretOf(challenge, credential, clientNonce),
            challenge.Hash.Hex($"GET:{target}"), UserAndTarget(challenge, credential, target))
    {
    }

    private DigestSession(DigestChallenge challenge, string clientNonce, string secret, string requestHash, string before)
    {
        this.challenge = challenge;
        this.clientNonce = clientNonce;
        this.secret = secret;
        this.requestHash = requestHash;
        this.before = before;
    }

    /// <summary>The value of the next request's <c>Authorization</c> header.</summary>
    public string Authorize()
    {
        var nonce = challenge.Nonce;
        if (!challenge.HasQop)
        {
            // No count and no client nonce without qop; yet a -sess hash cannot be checked without the latter.
            var known = challenge.IsSession ? $", cnonce=\"{clientNonce}\"" : string.Empty;
            var response = challenge.Hash.Hex($"{secret}:{nonce}:{requestHash}");
            return $"{before}{Nonce()}{known}, response=\"{response}\"";
        }

        var count = Interlocked.Increment(ref uses).ToString("x8", CultureInfo.InvariantCulture);
        var proof = challenge.Hash.Hex($"{secret}:{nonce}:{count}:{clientNonce}:auth:{requestHash}");
        return $"{before}{Nonce()}, qop=auth, nc={count}, cnonce=\"{clientNonce}\", response=\"{proof}\"";
    }

    /// <summary>The same conversation under the nonce that the camera named for the next request. The <c>-sess</c> secret
    /// stays: only a new challenge renews it.</summary>
    public DigestSession Continue(string nextNonce) =>
        new(challenge with { Nonce = nextNonce }, clientNonce, secret, requestHash, before);

    private string Nonce() => challenge.Opaque is null
        ? $", nonce={Quote(challenge.Nonce)}"
        : $", nonce={Quote(challenge.Nonce)}, opaque={Quote(challenge.Opaque)}";

    private static string SecretOf(DigestChallenge challenge, CameraCredential credential, string clientNonce)
    {
        var secret = challenge.Hash.Hex($"{Octets(credential.UserName)}:{challenge.Realm}:{Octets(credential.Password)}");
        return challenge.IsSession ? challenge.Hash.Hex($"{secret}:{challenge.Nonce}:{clientNonce}") : secret;
    }

    private static string UserAndTarget(DigestChallenge challenge, CameraCredential credential, string target)
    {
        var algorithm = challenge.Algorithm is null ? string.Empty : $", algorithm={challenge.Algorithm}";
        return $"Digest {User(challenge, credential.UserName)}, realm={Quote(challenge.Realm)}, uri=\"{target}\"{algorithm}";
    }

    private static string User(DigestChallenge challenge, string userName)
    {
        if (challenge.WantsUserHash)
        {
            return $"username=\"{challenge.Hash.Hex($"{Octets(userName)}:{challenge.Realm}")}\", userhash=true";
        }

        // Control characters fit no quoted string. The extended form (RFC 8187) carries anything, but many servers cannot read it.
        return userName.Any(char.IsControl)
            ? $"username*=UTF-8''{Uri.EscapeDataString(userName)}"
            : $"username={Quote(Octets(userName))}";
    }

    private static string Quote(string octets) =>
        octets.AsSpan().ContainsAny('"', '\\')
            ? $"\"{octets.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : $"\"{octets}\"";

    private static string Octets(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static string Random() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
