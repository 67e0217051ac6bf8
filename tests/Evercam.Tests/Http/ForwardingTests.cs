using Evercam.Server.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Tests.Http;

public class ForwardingTests
{
    [Theory]
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.0/8", "198.51.100.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.0/8", "198.51.100.1, 203.0.113.9, 127.0.0.2", "203.0.113.9")]
    [InlineData("10.0.0.0/8", "203.0.113.9", "127.0.0.1")]
    [InlineData("127.0.0.1", "nonsense", "127.0.0.1")]
    public async Task A_trusted_proxy_says_where_a_request_comes_from(string proxy, string forwarded, string source)
    {
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Http:TrustedProxies:0"] = proxy });
        using var request = new HttpRequestMessage(HttpMethod.Get, "test");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwarded);
        using var answer = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains(
            $"\"source_ip\":\"{source}\"",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https", "https")]
    [InlineData("javascript", "http")]
    [InlineData("https, javascript", "http")]
    public async Task A_trusted_proxy_says_whether_a_request_was_encrypted_and_nothing_else(string forwarded, string scheme)
    {
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Http:TrustedProxies:0"] = "127.0.0.0/8" });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/.well-known/oauth-authorization-server", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", forwarded);
        using var answer = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains(
            $"\"issuer\":\"{scheme}://",
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Replace(" ", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Evercam:Http:TrustedProxies:0", "proxy.example.org")]
    [InlineData("Evercam:Http:Origins:0", "example.org")]
    [InlineData("Evercam:Http:TrustedOrigins:0", "https://example.org/")]
    [InlineData("Evercam:Http:UploadLimitBytes", "0")]
    [InlineData("Evercam:Http:GuessWindow", "-00:00:01")]
    public async Task A_wrong_setting_ends_the_start(string name, string value)
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(
            () => EvercamApp.StartAsync(new Dictionary<string, string?> { [name] = value }));
        Assert.Equal(typeof(HttpOptions), refusal.OptionsType);
    }
}
