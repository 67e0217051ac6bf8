using System.Globalization;
using CsCheck;
using Evercam.CameraClient;
using Evercam.CameraClient.Digest;
using Evercam.CameraClient.Guard;
using Evercam.Recorder;
using Evercam.Server.Commands.Remote;
using Evercam.Server.Http;
using Evercam.Server.OAuth;
using Evercam.Server.Rights;
using Evercam.Server.Series;
using NodaTime;

namespace Evercam.Tests.Attack;

/// <summary>Everything that reads a text that others wrote, and what must hold of whatever it lets in.</summary>
public sealed class TextFuzzTests
{
    private const int Everyday = 20_000;

    private static readonly DateTimeZone Dublin = DateTimeZoneProviders.Tzdb["Europe/Dublin"];

    /// <summary>By name: the words of its language, what stands around them (at the star), and the parser.</summary>
    private static readonly Dictionary<string, (string[] Words, string Frame, Action<string> Parse)> Parsers = new()
    {
        ["path"] = (
            ["/", "//", ".json", ".JSON", ".xml", ".jpg", ".jpeg", ".img", ".tar", ".mp4", "v1", "cameras", "snapshot", "snapshots", "latest", "series", ".",
                "abc", "1400000000", "%2F"],
            "/*", ReadPath),
        ["number"] = (
            ["-", "+", "0", "1", "9", ".", "e", "E", " ", "9999999999", ",", "0x", "\uFF11", "\u221E", "NaN", "-62135596801", "253402300800", "79228162514264337593543950335"],
            "*", ReadNumber),
        ["step"] = (["0", "1", "60", "366", "527040", "2147483648", "m", "h", "d", "w", "D", "s", " ", "-"], "*", ReadStep),
        ["moment"] = (
            ["2014", "-", "04", "16", "T", " ", "12", ":", "30", "Z", "+01:00", "-14:00", "0001-01-01", "9999-12-31", "23:59:59", "1397651000", "9223372036854775808"],
            "*", ReadMoment),
        ["MAC"] = (["00", "0d", "F0", ":", "-", ".", "g", " ", "\uFF10\uFF10", "00:0d:f0:00:00:01"], "*", ReadMac),
        ["schedule"] = (
            ["\"Monday\":", "\"monday\":", "\"Sunday\":", "\"None\":", "\"1\":", "[", "]", ",", "\"08:00-18:00\"", "\"00:00-24:00\"", "\"24:00-24:00\"",
                "\"23:59-00:00\"", "\"-:\"", "\"\\ud800\"", "{", "}", "null", "[\"22:00-06:00\"],"],
            "{*}", ReadSchedule),
        ["scope"] = (
            ["camera", "cameras", "snapshots", "user", ":", "view", "grant~view", "grant~", "list", "edit", "View", "all", " ", ",", "front-door", "~"],
            "*", ReadScope),
        ["rights"] = (["Snapshot", "view", "EDIT", "delete", "list", "Grant~", ",", " ", "~", "None", "All", "1"], "*", ReadRights),
        ["redirect"] = (
            ["http", "https://", "://", "HTTPS:", "/", "\\", "@", ":", "443", "8080", "?", "#", "app.example", "localhost", "127.0.0.1", "0x7f.1", "2130706433", "[::1]", "[",
                "]", "..", "%2e", "%", "evil", "-", "_", "\u3002", ";"],
            "*", ReadRedirect),
        ["return"] = (
            ["/", "//", "\\", "/\\", "?", "#", "@", ":", "https:", "evil.example", "%2f", "%5c", "\t", ".", "..", ";", "javascript:", "cameras"],
            "*", ReadReturn),
        ["email"] = (
            ["joe", "@", ".", "example", "org", "\"", " ", "<", ">", ",", "\r\n", "(x)", "\u00FC", "xn--", "-", "_", "1", "0x1", "\u0301"],
            "*", ReadEmail),
        ["challenge"] = (
            ["Digest ", "Basic ", "realm", "nonce", "qop", "algorithm", "opaque", "stale", "=", "\"", "\\", ",", " ", "\t", "auth", "auth-int", "MD5", "MD5-sess", "SHA-256",
                "true", "\r\n", "\u00E9", "realm=\"r\",nonce=\"n\","],
            "Digest *", ReadChallenge),
        ["credential"] = (["am9l", "Og==", "=", "am9lOnB3", "/", "+", "AA==", "w7w6", "gA==", " ", "-", "_"], "*", ReadCredential),
        ["camera"] = (
            ["http://", "https://", "/", "\\", "@", ":", "80", "65536", "?", "#", "10.0.0.1", "127.0.0.1", "0x7f000001", "0177.0.0.1", "2130706433", "[::1]", "[::ffff:7f00:1]", "[",
                "]", "%25eth0", "cam.example", "\u3002", "\uFF0E", "\r\n", "..", "[USERNAME]", "xn--", "-"],
            "*", ReadCamera),
        ["range"] = (["10.0.0.0", "/", "8", "33", "128", "::1", "::ffff:", "fd00::", ".", "0x", "-", " ", "010"], "*", ReadRange),
        ["file name"] = (["2014", "04", "16", "-", "_", "T", "12", "23", "20", "Z", ".", ".jpg", ".123456", "IMG", "/", "99", "1397651000", "\u0661"], "*", ReadFileName),
    };

    public static TheoryData<string> Names => [.. Parsers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Anything_is_read_or_refused(string name)
    {
        var (words, frame, parse) = Parsers[name];
        Bearing.All(
            Garbled.Text(words).Select(text => frame.Replace("*", text, StringComparison.Ordinal)), text => text.Length, parse, LongForm.Cases(Everyday));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public Task However_long_it_is_it_comes_to_an_end(string name) => Bearing.PumpedAsync(Parsers[name].Words, Parsers[name].Frame, Parsers[name].Parse);

    private static void ReadPath(string text)
    {
        var path = FormatSuffix.Collapse(text);
        var cut = FormatSuffix.Cut(path);
        Assert.StartsWith(cut[..^1], path, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("//", cut, StringComparison.Ordinal);
    }

    private static void ReadNumber(string text)
    {
        _ = ParamText.Boolean(text);
        Assert.Equal(ParamText.Integer(text), ParamText.Integer($" {text} "));
        _ = ParamText.IntegerOfNumber(text);
        if (ParamText.Fraction(text) is { } number && ParamText.Moment(number) is { } moment)
        {
            Assert.InRange(moment.Year, 1, 9999);
        }
    }

    private static void ReadStep(string text)
    {
        if (Step.Read(text) is { } step)
        {
            Assert.InRange(step.Length, TimeSpan.FromMinutes(1), TimeSpan.FromDays(366));
            Assert.Equal(step, Step.Read(step.ToString()));
        }
    }

    private static void ReadMoment(string text)
    {
        foreach (var (zone, isEnd) in new[] { (DateTimeZone.Utc, false), (Dublin, true) })
        {
            if (MomentText.Read(text, zone, isEnd) is { } second && !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                Assert.InRange(second, -62_135_596_800, 253_402_300_799);
            }
        }
    }

    private static void ReadMac(string text)
    {
        if (MacAddress.Normalize(text) is { } mac)
        {
            Assert.Matches(@"\A[0-9a-f]{2}(:[0-9a-f]{2}){5}\z", mac);
            Assert.Equal(mac, MacAddress.Normalize(mac));
        }
    }

    private static void ReadSchedule(string text)
    {
        if (WeeklySchedule.TryParse(text, out var week))
        {
            var written = week.ToString();
            Assert.True(WeeklySchedule.TryParse(written, out var again), written);
            Assert.Equal(written, again.ToString());
            _ = week.Covers(new LocalDateTime(2014, 4, 14, 23, 59));
            Assert.Equal(week.IsEmpty, !week.Edges(new(2014, 4, 14), new(2014, 4, 20)).Any());
        }
    }

    private static void ReadScope(string text)
    {
        if (AskedScope.Read(text) is { } scopes)
        {
            Assert.NotEmpty(scopes);
            Assert.All(scopes, scope => Assert.False(string.IsNullOrWhiteSpace(ScopeWords.Of(scope))));
        }
    }

    private static void ReadRights(string text)
    {
        if (RightList.Read(text) is { } rights)
        {
            Assert.Equal(rights, RightList.Read(RightList.Write(rights)));
        }
    }

    /// <summary>A browser must go where we think it goes.</summary>
    private static void ReadRedirect(string text)
    {
        if (CallbackUri.IsValid(text) && text.Contains("://", StringComparison.Ordinal))
        {
            var uri = new Uri(text);
            var authority = text.Split('/', '?')[2];
            Assert.Equal(("", ""), (uri.UserInfo, uri.Fragment));
            Assert.True(
                uri.HostNameType == UriHostNameType.IPv6 || authority.StartsWith(uri.Host, StringComparison.OrdinalIgnoreCase), $"{text} leads to {uri.Host}");
        }

        foreach (var host in new[] { "app.example", "localhost", "127.0.0.1:8080" })
        {
            if (CallbackUri.Matches([host], text))
            {
                Assert.Equal(host.Split(':')[0], new Uri(text).Host);
            }
        }
    }

    private static void ReadReturn(string text)
    {
        if (LocalPath.Of(text) is { } path)
        {
            Assert.Equal("here.example", new Uri(new Uri("https://here.example/login"), path).Host);
            Assert.All(path, letter => Assert.InRange(letter, '!', '~'));
        }
    }

    private static void ReadEmail(string text)
    {
        if (EmailAddress.Is(text))
        {
            Assert.InRange(text.Length, 3, 254);
            Assert.DoesNotContain(text, char.IsControl);
            Assert.DoesNotContain(text, letter => letter is '<' or '>' or ',' or '(');
        }
    }

    /// <summary>What is answered to a camera stays one header.</summary>
    private static void ReadChallenge(string text)
    {
        Assert.InRange(ChallengeParser.ParseChallenges(text).Count, 0, 16);
        _ = ChallengeParser.ParseParameters(text)["nextnonce"];
        if (DigestChallenge.Best([text]) is { } challenge)
        {
            Assert.DoesNotContain(new DigestSession(challenge, new("admin", "s3cret"), "/x").Authorize(), letter => letter is '\r' or '\n' or '\0');
        }
    }

    private static void ReadCredential(string text)
    {
        if (Credentials.DecodeBasic(text) is { } pair)
        {
            Assert.NotEmpty(pair.Login);
            Assert.DoesNotContain(':', pair.Login);
            Assert.True(ParamText.IsClean(pair.Password));
        }
    }

    private static void ReadCamera(string text)
    {
        foreach (var endpoint in new[]
        {
            CameraEndpoint.FromUrl(text, text, new("admin", "s3cret")), CameraEndpoint.FromHost(text, 80, "/"), CameraEndpoint.FromHost("cam.example", 80, text),
        })
        {
            if (endpoint is not null)
            {
                Assert.Equal("", endpoint.Url.UserInfo);
                Assert.All(endpoint.Url.PathAndQuery, letter => Assert.InRange(letter, '!', '~'));
                Assert.InRange(endpoint.Url.Port, 1, 65_535);
                Assert.DoesNotContain("s3cret", endpoint.Url.Host, StringComparison.Ordinal);
            }
        }

        Assert.True(CameraEndpoint.FromHost("cam.example", 80, text) is not { } asked || asked.Url.Host == "cam.example", text);
    }

    private static void ReadRange(string text)
    {
        if (AddressRange.Parse(text) is { } range)
        {
            Assert.True(range.Contains(range.BaseAddress));
        }
    }

    private static void ReadFileName(string text)
    {
        _ = PictureName.IsPicture(text);
        _ = PictureName.CameraTime(text);
        _ = PictureName.UnixSecond(text);
        if (PictureName.OwnSecond(text) is { } second)
        {
            Assert.True(PictureName.IsTime(second));
            Assert.Equal(second, PictureName.OwnSecond(PictureName.Of(second) + ".jpg"));
        }

    }
}
