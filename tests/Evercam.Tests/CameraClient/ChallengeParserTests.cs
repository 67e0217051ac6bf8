using CsCheck;
using Evercam.CameraClient.Digest;

namespace Evercam.Tests.CameraClient;

public class ChallengeParserTests
{
    private static readonly string[] Fragments =
    [
        "Digest ", "Basic ", "realm", "nonce", "qop", "algorithm", "=", "\"", "\\", ",", " ", "\t", "auth", "MD5", "\0", "é", "日", "==",
    ];

    [Theory]
    [InlineData("Digest realm=\"r\", nonce=\"n\"", "Digest(r,n)")]
    [InlineData("digest REALM=\"r\",NONCE=\"n\"", "digest(r,n)")]
    [InlineData("Digest realm = \"r\" , nonce =n", "Digest(r,n)")]
    [InlineData("Digest realm=\"r\" nonce=\"n\"", "Digest(r,n)")]
    [InlineData("Digest realm=\"r\",,, nonce=\"n\",", "Digest(r,n)")]
    [InlineData("Digest realm=\"a, Basic b=\\\"c\\\"\", nonce=\"n\"", "Digest(a, Basic b=\"c\",n)")]
    [InlineData("Basic realm=\"b\", Digest realm=\"r\", nonce=\"n\"", "Basic(b,) Digest(r,n)")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", Basic realm=\"b\"", "Digest(r,n) Basic(b,)")]
    [InlineData("Negotiate, NTLM, Digest realm=r, nonce=n", "Negotiate(,) NTLM(,) Digest(r,n)")]
    [InlineData("Negotiate YIIJvwYGKwYBBQ==, Digest realm=r, nonce=n", "Negotiate(,) Digest(r,n)")]
    [InlineData("Digest realm=r, nonce=abc+/==", "Digest(r,abc+/==)")]
    [InlineData("Digest realm=\"\", nonce=\"\"", "Digest(,)")]
    [InlineData("Digest realm=\"open, nonce=\"n\"", "Digest(open, nonce=,) n(,)")]
    [InlineData("Digest realm=\"open", "Digest(open,)")]
    [InlineData("Digest realm=\"open\\", "Digest(open\\,)")]
    [InlineData("Digest", "Digest(,)")]
    [InlineData("=;\"x\",", "")]
    [InlineData("", "")]
    public void Reads_challenges(string header, string expected) =>
        Assert.Equal(expected, string.Join(' ', ChallengeParser.ParseChallenges(header)
            .Select(challenge => $"{challenge.Scheme}({challenge["realm"]},{challenge["nonce"]})")));

    [Fact]
    public void Reads_parameters_without_a_scheme() =>
        Assert.Equal("next one", ChallengeParser.ParseParameters("rspauth=\"6f\", nextnonce=\"next one\", nc=1")["nextnonce"]);

    [Fact]
    public void Never_throws_and_never_keeps_more_than_a_little() =>
        Gen.Select(Fragment.Array[0, 400], Gen.String).Sample((fragments, noise) =>
        {
            var challenges = ChallengeParser.ParseChallenges(string.Concat(fragments) + noise);
            Assert.InRange(challenges.Count, 0, 16);
            ChallengeParser.ParseParameters(noise);
            DigestChallenge.Best([noise, string.Concat(fragments)]);
        });

    [Fact]
    public void Reads_any_quoted_value_back() =>
        Gen.String[Gen.Char['\0', '\u00FF'], 0, 100].Sample(value =>
        {
            var quoted = value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            var challenge = Assert.Single(ChallengeParser.ParseChallenges($"Digest realm=\"{quoted}\", nonce=n"));
            Assert.Equal((value, "n"), (challenge["realm"], challenge["nonce"]));
        });

    [Theory]
    [InlineData("SHA-256", "Digest realm=r, nonce=n, algorithm=MD5", "Digest realm=r, nonce=n, algorithm=SHA-256")]
    [InlineData("SHA-256", "Digest realm=r, nonce=n, algorithm=SHA-256, Digest realm=r, nonce=n, algorithm=MD5")]
    [InlineData("SHA-256-sess", "Digest realm=r, nonce=n, algorithm=SHA-256-sess, Digest realm=r, nonce=n, algorithm=SHA-256")]
    [InlineData("MD5", "Digest realm=r, nonce=n, algorithm=SHA-512-256", "Basic realm=x", "Digest realm=r, nonce=n, algorithm=\"MD5\"")]
    [InlineData("md5", "Digest realm=r, nonce=n, algorithm=md5, qop=\"auth-int,auth\"")]
    [InlineData(null, "Digest realm=r, nonce=n, qop=\"auth-int\"")]
    [InlineData(null, "Digest realm=r")]
    [InlineData(null, "Digest realm=r, nonce=n, algorithm=SHA-512-256")]
    [InlineData(null, "Basic realm=r, nonce=n")]
    [InlineData(null, "Digest realm=r, nonce=\"n\r\nX-Injected: y\"")]
    [InlineData("MD5", "Digest realm=r, nonce=n, opaque=\"\0\"", "Digest realm=r, nonce=n, algorithm=MD5")]
    [InlineData(null)]
    public void Chooses_the_best_challenge_that_it_can_answer(string? algorithm, params string[] headers) =>
        Assert.Equal(algorithm, DigestChallenge.Best(headers)?.Algorithm);

    private static Gen<string> Fragment => Gen.Int[0, Fragments.Length - 1].Select(at => Fragments[at]);
}
