using System.Text.RegularExpressions;
using CsCheck;
using Evercam.CameraClient;
using Evercam.CameraClient.Digest;

namespace Evercam.Tests.CameraClient;

public partial class DigestSessionTests
{
    // RFC 7616, 3.9.1.
    private const string RfcNonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    private const string RfcOpaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS";
    private const string RfcClientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    private static readonly CameraCredential Mufasa = new("Mufasa", "Circle of Life");

    [Theory]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    [InlineData("MD5-sess", "e783283f46242139c486a698fec7211d")]
    [InlineData("SHA-256-sess", "2fd51b3a77ad75bad6afad6003e818d767133c46d9e2749e7f5232ae1ea3efd7")]
    public void Answers_the_challenge_of_the_rfc(string algorithm, string response)
    {
        var challenge = Challenge(
            $"Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, "
            + $"nonce=\"{RfcNonce}\", opaque=\"{RfcOpaque}\"");

        var header = new DigestSession(challenge, Mufasa, "/dir/index.html", RfcClientNonce).Authorize();

        Assert.Equal(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "
            + $"algorithm={algorithm}, nonce=\"{RfcNonce}\", opaque=\"{RfcOpaque}\", qop=auth, nc=00000001, "
            + $"cnonce=\"{RfcClientNonce}\", response=\"{response}\"",
            header);
    }

    [Fact]
    public void Answers_the_older_challenge_of_rfc_2617()
    {
        var challenge = Challenge(
            "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
            + "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");

        var header = new DigestSession(challenge, new("Mufasa", "Circle Of Life"), "/dir/index.html", "0a4f113b").Authorize();

        Assert.Contains("response=\"6629fae49393a05397450978507c4ef1\"", header, StringComparison.Ordinal);
        Assert.DoesNotContain("algorithm", header, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_a_challenge_without_qop_as_rfc_2069_does()
    {
        var challenge = Challenge(
            "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
            + "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");

        var header = new DigestSession(challenge, new("Mufasa", "CircleOfLife"), "/dir/index.html").Authorize();

        Assert.Contains("response=\"1949323746fe6a43ef61f9606e7febea\"", header, StringComparison.Ordinal);
        Assert.DoesNotContain("nc=", header, StringComparison.Ordinal);
        Assert.DoesNotContain("qop", header, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_every_use_of_a_nonce()
    {
        var challenge = Challenge(
            $"Digest realm=\"http-auth@example.org\", qop=auth, algorithm=SHA-256, nonce=\"{RfcNonce}\"");
        var session = new DigestSession(challenge, Mufasa, "/dir/index.html", RfcClientNonce);
        session.Authorize();

        var second = session.Authorize();

        Assert.Contains("nc=00000002", second, StringComparison.Ordinal);
        Assert.Contains(
            "response=\"8c8db27f49ff1c202f9fb49fa9d2e9eabf078dcc93db40dfd6527010091d1c8e\"", second, StringComparison.Ordinal);
    }

    [Fact]
    public void Gives_no_two_threads_the_same_count()
    {
        var session = new DigestSession(Challenge("Digest realm=r, nonce=n, qop=auth"), Mufasa, "/");
        var counts = new System.Collections.Concurrent.ConcurrentBag<string>();

        Parallel.For(0, 1000, _ => counts.Add(Count().Match(session.Authorize()).Value));

        Assert.Equal(1000, counts.Distinct().Count());
    }

    [Fact]
    public void Hashes_the_user_name_when_asked_to()
    {
        // The example of RFC 7616, 3.9.2, with SHA-256 for its SHA-512-256.
        var challenge = Challenge(
            "Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-256, "
            + "nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", charset=UTF-8, userhash=true");

        var header = new DigestSession(challenge, new("Jäsøn Doe", "Secret, or not?"), "/doe.json",
            "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v").Authorize();

        Assert.StartsWith(
            "Digest username=\"5a1a8a47df5c298551b9b42ba9b05835174a5bd7d511ff7fe9191d8e946fc4e7\", userhash=true, ", header,
            StringComparison.Ordinal);
        Assert.Contains(
            "response=\"b6d5cb9c3000ea2385250005e294d7132b260b8fd08940d2377373493cee8cc4\"", header, StringComparison.Ordinal);
    }

    [Fact]
    public void Starts_to_count_anew_with_the_next_nonce()
    {
        var session = new DigestSession(Challenge("Digest realm=r, nonce=first, qop=auth"), Mufasa, "/");
        session.Authorize();

        var header = session.Continue("second").Authorize();

        Assert.Contains("nonce=\"second\"", header, StringComparison.Ordinal);
        Assert.Contains("nc=00000001", header, StringComparison.Ordinal);
    }

    [Fact]
    public void Quotes_what_needs_quotes_and_hashes_it_unquoted()
    {
        var challenge = Challenge("""Digest realm="the \"east\" \\ wing", nonce="a\"b", qop=auth""");

        var header = new DigestSession(challenge, new("""a"b\c""", "x"), "/").Authorize();

        Assert.StartsWith("""Digest username="a\"b\\c", realm="the \"east\" \\ wing", """, header, StringComparison.Ordinal);
        Assert.Contains("""nonce="a\"b",""", header, StringComparison.Ordinal);
    }

    [Fact]
    public void Gives_back_the_octets_of_the_realm()
    {
        var challenge = Challenge("Digest realm=\"B\u00C3\u00BCro \u00FC\", nonce=n");

        var header = new DigestSession(challenge, Mufasa, "/").Authorize();

        Assert.Contains("realm=\"B\u00C3\u00BCro \u00FC\"", header, StringComparison.Ordinal);
    }

    [Fact]
    public void No_user_name_and_no_password_can_break_out_of_the_header() =>
        Gen.Select(Gen.String, Gen.String).Sample((userName, password) =>
        {
            var session = new DigestSession(
                Challenge("Digest realm=r, nonce=n, qop=auth"), new CameraCredential(userName, password), "/");

            var header = session.Authorize();

            Assert.DoesNotContain(header, letter => letter < ' ' || letter == 0x7F || letter > 0xFF);
            var read = Assert.Single(ChallengeParser.ParseChallenges(header));
            Assert.Equal("r", read["realm"]);
            Assert.Equal("00000001", read["nc"]);
        });

    private static DigestChallenge Challenge(string header) => DigestChallenge.Best([header])!;

    [GeneratedRegex("nc=[0-9a-f]{8}")]
    private static partial Regex Count();
}
