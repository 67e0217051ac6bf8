using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Evercam.Server.Mail;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace Evercam.Tests.Mail;

/// <summary>How mail leaves the house, and waits where it cannot.</summary>
public sealed class DeliveryTests : IAsyncDisposable
{
    private readonly FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(CatalogRows.Now));
    private readonly TempFolder folder = new();
    private readonly Lines log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        log.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_mail_waits_for_its_server_across_restarts()
    {
        await using var smtp = SmtpServer.Absent();
        Person joe;
        await using (var app = await StartAsync(smtp))
        {
            joe = await app.SignUpAsync();
            await AttemptsAsync(app, 1);
            Assert.InRange(await DueAtAsync(app), CatalogRows.Now + 2 + 60, clock.GetUtcNow().ToUnixTimeSeconds() + 60);
            clock.Advance(TimeSpan.FromMinutes(1));
            await AttemptsAsync(app, 2);
        }

        await smtp.ComeAsync();
        await using (var app = await StartAsync(smtp))
        {
            clock.Advance(TimeSpan.FromMinutes(2));
            await GoneAsync(app);
        }

        await smtp.CatchUpAsync();
        Assert.Equal([joe.Email], Assert.Single(smtp.Mails).Recipients);
        Assert.Contains(log.All, line => line.StartsWith("Warning: Mail 1 did not go at attempt 2: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_odd_address_is_written_to_and_no_other()
    {
        await using var smtp = await SmtpServer.StartAsync();
        await using var app = await StartAsync(smtp);
        var email = $"\"joe {CatalogRows.Fresh("bloggs")}\"@my_host.example";
        await app.SignUpAsync(email: email);
        await GoneAsync(app);
        await smtp.CatchUpAsync();
        var mail = Assert.Single(smtp.Mails);
        Assert.Equal([email], mail.Recipients);
        Assert.Equal(email, Assert.Single(mail.Message.To.Mailboxes).Address);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(6, 32)]
    [InlineData(7, 60)]
    [InlineData(1_000_000, 60)]
    public void Pauses_grow(int attempts, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), MailDelivery.PauseAfter(attempts));

    [Fact]
    public async Task A_mail_that_cannot_go_for_days_is_given_up()
    {
        await using var smtp = SmtpServer.Absent();
        await using var app = await StartAsync(smtp);
        await app.SignUpAsync();
        await GoneAsync(app, TimeSpan.FromHours(1));
        Assert.InRange(clock.GetUtcNow(), DateTimeOffset.FromUnixTimeSeconds(CatalogRows.Now).AddDays(2), DateTimeOffset.MaxValue);
        Assert.Contains(log.All, line => line.StartsWith("Error: Mail 1 is given up after ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_refused_for_good_is_not_tried_again_and_what_is_not_yet_taken_is()
    {
        await using var smtp = await SmtpServer.StartAsync();
        await using var app = await StartAsync(smtp);
        await app.SignUpAsync("nobody");
        await app.SignUpAsync("busy");
        await GoneAsync(app, TimeSpan.FromSeconds(20));
        await smtp.CatchUpAsync();
        Assert.Equal(["busy@example.org"], Assert.Single(smtp.Mails).Recipients);
        Assert.Equal(1, log.All.Count(line => line.Contains("because it was refused", StringComparison.Ordinal)));
        Assert.Equal(2, log.All.Count(line => line.Contains("did not go at attempt", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_a_mail_server_mails_are_files_and_the_log_says_where()
    {
        await using var app = await StartAsync();
        var joe = await app.SignUpAsync();
        await GoneAsync(app);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "mail")));
        Assert.EndsWith(".eml", file, StringComparison.Ordinal);
        var message = await MimeMessage.LoadAsync(file, Cancellation);
        Assert.Equal(joe.Email, message.To.Mailboxes.Single().Address);
        var code = message.TextBody![(message.TextBody!.IndexOf("&c=", StringComparison.Ordinal) + 3)..][..40];
        Assert.Contains($"  {app.Address.GetLeftPart(UriPartial.Authority)}/confirm?u={joe.Name}&c={code}", message.TextBody, StringComparison.Ordinal);

        Assert.Contains(log.All, line => line.Contains(file, StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains(code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_can_send_readers_of_a_mail_astray()
    {
        await using var app = await StartAsync();
        var body = People.SignUpOf(new Person("joe"));
        (body["forename"], body["lastname"]) = ("Buy at http://evil.example", "http://evil.example");
        using var request = new HttpRequestMessage(HttpMethod.Post, "users")
        {
            Headers = { Host = "evil.example" },
            Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        using var answer = await app.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        await GoneAsync(app);
        var mail = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "mail"))), Cancellation);
        Assert.DoesNotContain("evil", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_vouches_for_gets_no_mail()
    {
        await using var smtp = await SmtpServer.StartAsync("--certificate", WriteCertificate());
        await using var app = await StartAsync(smtp, MailTls.StartTls);
        await app.SignUpAsync();
        await AttemptsAsync(app, 1);
        Assert.Empty(smtp.Mails);
        Assert.Contains(log.All, line => line.Contains("SslHandshakeException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_without_TLS_gets_no_mail_where_TLS_is_asked_for()
    {
        await using var smtp = await SmtpServer.StartAsync();
        await using var app = await StartAsync(smtp, MailTls.StartTls);
        await app.SignUpAsync();
        await AttemptsAsync(app, 1);
        Assert.Empty(smtp.Mails);
    }

    [Fact]
    public async Task A_trusted_server_gets_mail_through_TLS_from_who_signs_in()
    {
        var certificate = WriteCertificate();
        await using var smtp = await SmtpServer.StartAsync("--certificate", certificate, "--user", "evercam", "--password", "s3cret");
        using var server = await EvercamProcess.StartAsync(folder.Path, Cancellation, new Dictionary<string, string>
        {
            ["SSL_CERT_FILE"] = certificate,
            ["Evercam__Mail__Host"] = "localhost",
            ["Evercam__Mail__Port"] = $"{smtp.Port}",
            ["Evercam__Mail__User"] = "evercam",
            ["Evercam__Mail__Password"] = "s3cret",
            ["Evercam__Mail__From"] = "cameras@example.org",
        });
        using var content = new StringContent(
            People.SignUpOf(new Person("joe")).ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await server.Client.PostAsync("users", content, Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        await Eventually.IsTrueAsync(() => !smtp.Mails.IsEmpty);
        var mail = Assert.Single(smtp.Mails);
        Assert.Equal((true, "evercam"), (mail.Encrypted, mail.User));
    }

    [Theory]
    [InlineData("Evercam:Mail:Host", "smtp.example.org")]
    [InlineData("Evercam:Mail:Host", "smtp.example.org", "Evercam:Mail:From", "")]
    [InlineData("Evercam:Mail:Host", "smtp.example.org", "Evercam:Mail:From", "nobody in particular")]
    [InlineData("Evercam:Mail:Host", " ", "Evercam:Mail:From", "a@example.org")]
    [InlineData("Evercam:Mail:Port", "0")]
    [InlineData("Evercam:Mail:Tls", "Sometimes")]
    [InlineData("Evercam:Mail:User", "joe")]
    [InlineData("Evercam:Mail:Host", "smtp.example.org", "Evercam:Mail:From", "a@example.org", "Evercam:Mail:User", "a", "Evercam:Mail:Password", "b", "Evercam:Mail:Tls", "None")]
    [InlineData("Evercam:PublicUrl", "cameras.example.org")]
    [InlineData("Evercam:PublicUrl", "ftp://cameras.example.org")]
    [InlineData("Evercam:PublicUrl", "https://joe@cameras.example.org")]
    [InlineData("Evercam:PublicUrl", "https://cameras.example.org/?x=1")]
    public async Task A_wrong_setting_ends_the_start(params string[] settings)
    {
        var wrong = settings.Chunk(2).ToDictionary(pair => pair[0], pair => (string?)pair[1]);
        var failure = await Record.ExceptionAsync(() => EvercamApp.StartAsync(wrong));
        Assert.True(failure is OptionsValidationException or InvalidOperationException, $"{failure}");
    }

    /// <summary>A server of this name and address, that vouches for itself.</summary>
    private string WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var path = Path.Combine(folder.Path, "certificate.pem");
        File.WriteAllText(path, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return path;
    }

    private Task<EvercamApp> StartAsync(params (string Name, string Value)[] settings) => MailApp.StartAsync(
        new(settings.Select(setting => new KeyValuePair<string, string?>(setting.Name, setting.Value)))
        {
            ["Evercam:DataDirectory"] = folder.Path,
        },
        clock,
        log);

    private Task<EvercamApp> StartAsync(SmtpServer smtp, MailTls tls = MailTls.None) => StartAsync(
        [
            ("Evercam:Mail:Tls", $"{tls}"), ("Evercam:Mail:Host", "127.0.0.1"), ("Evercam:Mail:Port", $"{smtp.Port}"),
            ("Evercam:Mail:From", "cameras@example.org"),
        ]);

    private static Task<long> DueAtAsync(EvercamApp app) => app.StoreAsync(db => db.Mails.Select(mail => mail.DueAt).SingleAsync(Cancellation));

    /// <summary>Lets time pass, round by round, until the one mail was tried so often. Once it is being tried, time stands still.</summary>
    private async Task AttemptsAsync(EvercamApp app, int attempts) => await Eventually.IsTrueAsync(async () =>
    {
        if (await app.StoreAsync(db => db.Mails.Select(mail => mail.Attempts).SingleAsync(Cancellation)) < attempts)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return false;
        }

        return log.All.Any(line => line.Contains($"attempt {attempts}", StringComparison.Ordinal));
    });

    /// <summary>Lets time pass until no mail waits.</summary>
    private async Task GoneAsync(EvercamApp app, TimeSpan? step = null) => await Eventually.IsTrueAsync(async () =>
    {
        clock.Advance(step ?? TimeSpan.FromSeconds(2));
        return !await app.StoreAsync(db => db.Mails.AnyAsync(Cancellation));
    });
}
