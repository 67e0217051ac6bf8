using Evercam.Server.Rights;

namespace Evercam.Tests.Clients;

public class CallbackUriTests
{
    [Theory]
    [InlineData("https://example.org/back")]
    [InlineData("HTTPS://Example.org")]
    [InlineData("http://example.org/back?to=a%20b&x=[1]")]
    [InlineData("https://example.org?x=1")]
    [InlineData("https://example.org:8443/a/b;c=d/~e@f")]
    [InlineData("http://localhost:3000/")]
    [InlineData("http://127.0.0.1/back")]
    [InlineData("http://[::1]:3000/back")]
    [InlineData("example.org")]
    [InlineData("example.org:8443")]
    [InlineData("localhost")]
    [InlineData("192.168.1.10:80")]
    [InlineData("[::1]")]
    [InlineData("xn--bcher-kva.example")]
    public void Tokens_may_be_sent_to(string place) => Assert.True(CallbackUri.IsValid(place));

    [Theory]
    [InlineData("")]
    [InlineData("https://")]
    [InlineData("https:///back")]
    [InlineData("https://example.org/back#x")]
    [InlineData("https://example.org#")]
    [InlineData("https://joe@example.org/")]
    [InlineData("https://joe:secret@example.org/")]
    [InlineData("https://example.org\\@evil.example/")]
    [InlineData("https://example.org/a\\b")]
    [InlineData("https://example.org/a b")]
    [InlineData("https://example.org/back?fields=a,b")]
    [InlineData("https://example.org/a\nb")]
    [InlineData("https://example.org/\n")]
    [InlineData("https://example.org/<script>")]
    [InlineData("https://bücher.example/")]
    [InlineData("https://example.org/bücher")]
    [InlineData("https://example..org/")]
    [InlineData("https://-example.org/")]
    [InlineData("https://*.example.org/")]
    [InlineData("https://example.org:0/")]
    [InlineData("https://example.org:65536/")]
    [InlineData("https://example.org:/")]
    [InlineData("https://1.2.3/")]
    [InlineData("https://256.1.1.1/")]
    [InlineData("https://0x7f000001/x")]
    [InlineData("https://[::1/")]
    [InlineData("https://[1.2.3.4]/")]
    [InlineData("https://[::1%25eth0]/")]
    [InlineData("ftp://example.org/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("myapp://back")]
    [InlineData("//example.org/back")]
    [InlineData("/back")]
    [InlineData("example.org/back")]
    [InlineData("example.org:")]
    [InlineData("joe@example.org")]
    [InlineData("*.example.org")]
    [InlineData("*")]
    public void Tokens_may_not_be_sent_to(string place) => Assert.False(CallbackUri.IsValid(place));

    [Fact]
    public void A_long_uri_is_refused()
    {
        Assert.True(CallbackUri.IsValid($"https://example.org/{new string('a', 2028)}"));
        Assert.False(CallbackUri.IsValid($"https://example.org/{new string('a', 2029)}"));
        Assert.False(CallbackUri.IsValid(string.Join('.', Enumerable.Repeat("a23456789", 26))));
    }
}
