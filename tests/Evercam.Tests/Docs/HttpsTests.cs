using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Configuration;

namespace Evercam.Tests.Docs;

/// <summary>The two ways to <c>https</c>, as the page about operations tells them.</summary>
public sealed class HttpsTests
{
    private const string Page = "docs/operations.md";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Behind_nginx_people_log_in_and_stay_who_they_are()
    {
        using var folder = new TempFolder();
        var port = FreePort.Find();
        await using var app = await EvercamApp.StartAsync(Settings("TrustedProxies"));
        WriteCertificate(folder);
        var site = CodeBlock.Of(Page).Single(block => block.Language == "nginx").Text
            .Replace("listen 443", $"listen 127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("/etc/ssl", folder.Path, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:8080", app.Address.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal);
        using var nginx = await NginxServer.StartAsync(folder, port, site, Cancellation);
        var joe = await app.AddUserAsync("joe");
        var address = new Uri($"https://127.0.0.1:{port}");
        using var surfer = new Surfer(address);

        var entered = await surfer.PostFromAsync(
            "/login", address.GetLeftPart(UriPartial.Authority), ("username", joe.Name), ("password", joe.Password));
        Assert.Equal((302, "/"), entered.Ends);
        Assert.Contains("secure", entered.Header("Set-Cookie"), StringComparison.Ordinal);
        Assert.Contains("joe", (await surfer.GetAsync("/account")).Text, StringComparison.Ordinal);
        Assert.Contains("\"source_ip\":\"127.0.0.1\"", (await surfer.GetAsync("/v1/test")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_itself_shows_a_certificate()
    {
        using var folder = new TempFolder();
        WriteCertificate(folder);
        var settings = Settings("Kestrel").ToDictionary(
            setting => setting.Key.Replace(":", "__", StringComparison.Ordinal),
            setting => setting.Value!.Replace("*:443", "127.0.0.1:0", StringComparison.Ordinal)
                .Replace("/etc/evercam", folder.Path, StringComparison.Ordinal));
        using var server = await EvercamProcess.StartAsync(folder["data"], Cancellation, settings);
        using var surfer = new Surfer(server.Address);
        Assert.Equal(Uri.UriSchemeHttps, server.Address.Scheme);
        Assert.Equal(200, (await surfer.GetAsync("/healthz")).Status);
    }

    /// <summary>What the page would have in the file of settings.</summary>
    private static Dictionary<string, string?> Settings(string word)
    {
        var json = CodeBlock.Of(Page).Single(block => block.Language == "json" && block.Text.Contains(word, StringComparison.Ordinal)).Text;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable()
            .Where(setting => setting.Value is not null).ToDictionary();
    }

    private static void WriteCertificate(TempFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=cameras.example.org", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(folder["cameras.example.org.crt"], certificate.ExportCertificatePem());
        File.WriteAllText(folder["cameras.example.org.key"], key.ExportPkcs8PrivateKeyPem());
    }
}
