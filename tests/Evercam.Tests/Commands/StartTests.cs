using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Evercam.Server.Commands;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Configuration;

namespace Evercam.Tests.Commands;

/// <summary>Starts of the real program: one that fails, and what the first one leaves on the disk.</summary>
public sealed class StartTests
{
    private const string Camera = "/v1/cameras/building-site";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_whose_port_is_taken_says_so_in_one_sentence_and_decides_nothing()
    {
        using var data = new TempFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        var (code, output) = await EvercamProcess.RunAsync(Cancellation, "--urls", address, "--Evercam:DataDirectory", data.Path);
        Assert.Equal(2, code);
        Assert.Contains(
            $"Failed to bind to address {address}: address already in use. Choose another address, such as --urls http://localhost:8081.", output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Hosting failed to start", output, StringComparison.Ordinal);

        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true))
        {
            using var surfer = new Surfer(server.Address);
            await Eventually.IsTrueAsync(async () => (await surfer.GetAsync(Camera)).Status == 200);
        }

        // It was decided: it comes again.
        using (var again = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true))
        {
            using var surfer = new Surfer(again.Address);
            await Eventually.IsTrueAsync(async () => (await surfer.GetAsync($"{Camera}/snapshot.jpg")).Status == 200);
        }
    }

    [Fact]
    public async Task Threads_of_the_program_that_have_nothing_to_do_sleep_instead_of_spinning()
    {
        // What the program is started by, not what the build was told.
        var produced = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "evercam.runtimeconfig.json"), Cancellation);
        var properties = JsonNode.Parse(produced)!["runtimeOptions"]!["configProperties"]!;
        Assert.Equal(0, (int?)properties["System.Threading.ThreadPool.UnfairSemaphoreSpinLimit"]);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_told_in_one_sentence()
    {
        using var data = new TempFolder();
        var (code, output) = await EvercamProcess.RunAsync(
            Cancellation, "--urls", "http://192.0.2.1:8080", "--Evercam:DataDirectory", data.Path);
        Assert.Equal(2, code);
        Assert.Contains("Failed to bind to address http://192.0.2.1:8080", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--Kestrel:Certificates:Default:Path={0}/none.crt", "--urls=https://127.0.0.1:0")]
    [InlineData(78, "--Kestrel:Endpoints:Https:Url=https://127.0.0.1:0", "--Kestrel:Endpoints:Https:Certificate:Path={0}/no.crt", "--Kestrel:Endpoints:Https:Certificate:KeyPath={0}/no.crt")]
    [InlineData(78, "--Kestrel:Endpoints:Https:Url=https://127.0.0.1:0", "--Kestrel:Endpoints:Https:Certificate:Path={0}/good.crt", "--Kestrel:Endpoints:Https:Certificate:KeyPath={0}/no.crt")]
    [InlineData(78, "--Kestrel:Endpoints:Https:Url=https://127.0.0.1:0", "--Kestrel:Endpoints:Https:Certificate:Path={0}/good.crt", "--Kestrel:Endpoints:Https:Certificate:KeyPath={0}/sealed.key")]
    public async Task A_certificate_that_cannot_be_used_is_told_in_one_sentence_before_anything_is_made(int code, params string[] settings)
    {
        using var folder = new TempFolder();
        await WriteCertificatesAsync(folder);
        var before = Directory.GetFileSystemEntries(folder.Path).Order();
        var ran = await ServeAsync(folder, settings);
        Assert.True(ran.ExitCode == code, ran.ToString());
        Assert.Matches(@"\AThe server cannot listen as its settings \(Kestrel\) say: [^\n]+\.\n\z", ran.Errors);
        Assert.DoesNotContain("   at ", ran.Output, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Path).Order());
    }

    [Theory]
    [InlineData("--urls=https://127.0.0.1:0")]
    [InlineData("--urls=https://localhost:8443")]
    [InlineData("--https_ports=8443")]
    public async Task A_certificate_that_is_missing_is_told_in_one_sentence_before_anything_is_made(string address)
    {
        using var folder = new TempFolder();
        var ran = await ServeAsync(folder, address);
        Assert.True(ran.ExitCode == 78, ran.ToString());
        Assert.Matches(@"\AThe server cannot listen as its settings \(Kestrel\) say: [^\n]+ certificate [^\n]+\.\n\z", ran.Errors);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("https://127.0.0.1:0")]
    [InlineData("https://localhost:{0}")]
    public async Task An_address_by_https_is_served_with_the_certificate_that_is_there_for_all(string address)
    {
        using var folder = new TempFolder();
        await WriteCertificatesAsync(folder);
        using var server = await EvercamProcess.StartAsync(
            folder["data"],
            Cancellation,
            new Dictionary<string, string>
            {
                ["Kestrel__Certificates__Default__Path"] = folder["good.crt"],
                ["Kestrel__Certificates__Default__KeyPath"] = folder["good.key"],
            },
            listen: address.Replace("{0}", $"{FreePort.Find()}", StringComparison.Ordinal));
        using var surfer = new Surfer(server.Address);
        Assert.Equal(Uri.UriSchemeHttps, server.Address.Scheme);
        Assert.Equal(200, (await surfer.GetAsync("/healthz")).Status);
    }

    /// <summary>Kestrel would listen on port 80 of every address, or fail when there is a database already.</summary>
    [Theory]
    [InlineData("urls", "--urls=http://127.0.0.1:1870O")]
    [InlineData("http_ports", "--http_ports=abc")]
    [InlineData("Kestrel:Endpoints:W:Url", "--Kestrel:Endpoints:W:Url=http://127.0.0.1:1870O")]
    [InlineData("urls", "--urls=http://localhost:8711/evercam")]
    public async Task An_address_that_is_none_is_told_in_one_sentence_before_anything_is_made(string setting, string address)
    {
        using var folder = new TempFolder();
        var ran = await ServeAsync(folder, address);
        Assert.True(ran.ExitCode == 78, ran.ToString());
        Assert.Matches($@"\A{setting}: '[^']+' is no address to listen on, [^\n]+\.\n\z", ran.Errors);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>What no setting shows before.</summary>
    [Fact]
    public async Task What_kestrel_refuses_only_when_it_begins_is_told_in_one_sentence()
    {
        using var folder = new TempFolder();
        var ran = await ServeAsync(folder, "--urls=http://127.0.0.1:0", "--Kestrel:EndpointDefaults:Protocols=Http3");
        Assert.True(ran.ExitCode == 2, ran.ToString());
        Assert.Matches(@"\AFailed to bind to address http://127\.0\.0\.1:0: [^\n]+\. Choose another address, [^\n]+\.\n\z", ran.Errors);
        Assert.DoesNotContain("   at ", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_settings_that_cannot_be_read_is_told_with_the_place_in_it()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["appsettings.json"], "{\n  \"Evercam\": { \"Demo\": false\n", Cancellation);
        var wrong = Assert.Throws<InvalidDataException>(
            () => new ConfigurationBuilder().AddJsonFile(folder["appsettings.json"]).Build());
        var sentence = Assert.Single(SettingSentences.Of(wrong));
        Assert.Contains(folder["appsettings.json"], sentence, StringComparison.Ordinal);
        Assert.Contains("LineNumber: ", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_tells_the_version()
    {
        using var data = new TempFolder();
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation);
        var (_, version) = await EvercamProcess.RunAsync(Cancellation, "--version");
        Assert.Contains(server.Log, line => line.Trim() == $"This is version {version.Trim()}");
    }

    [Fact]
    public async Task What_was_declined_once_does_not_come_by_itself()
    {
        using var data = new TempFolder();
        using (await EvercamProcess.StartAsync(data.Path, Cancellation))
        {
            await Eventually.IsTrueAsync(() => File.Exists(data["demo-declined"]));
        }

        Assert.False(File.Exists(data["demo-password"]));
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation, withDemo: true);
        using var surfer = new Surfer(server.Address);
        Assert.Equal(404, (await surfer.GetAsync(Camera)).Status);
    }

    [Fact]
    public async Task Whatever_the_server_makes_is_its_users_alone_also_in_a_folder_that_is_open_to_all()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode everyone = (UnixFileMode)0b111_101_101;
        using var data = new TempFolder();
        File.SetUnixFileMode(data.Path, everyone);
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation);
        using var surfer = new Surfer(server.Address);
        Assert.Equal(201, (await surfer.PostAsync(
            "/v1/users",
            ("forename", "Joe"), ("lastname", "Bloggs"), ("username", "joe"), ("country", "ie"), ("email", "joe@example.org"), ("password", "s3cret of joe"))).Status);
        await surfer.LogInAsync(new(0, "joe", "s3cret of joe", "", ""));
        Assert.Equal(201, (await surfer.PostAsync("/v1/cameras", ("id", "door"), ("name", "Door"), ("is_public", "false"))).Status);
        using var picture = new ByteArrayContent(await Photographs.ReadAsync("small.jpg"));
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var form = new MultipartFormDataContent { { picture, "data", "door.jpg" } };
        using var upload = new HttpRequestMessage(HttpMethod.Post, "/v1/cameras/door/snapshots/1397651000") { Content = form };
        Assert.Equal(200, (await surfer.SendAsync(upload)).Status);
        await Eventually.IsTrueAsync(() => Files("*.eml").Any() && Files("camera.json").Any());

        // From here on nothing comes, or goes while it is looked at.
        await server.KillAsync();
        foreach (var kind in new[] { "evercam.db", "evercam.db-wal", "evercam.db-shm", "evercam.db.lock", "evercam.lock", "*.xml", "*.tar" })
        {
            Assert.NotEmpty(Files(kind));
        }

        foreach (var made in Directory.EnumerateFileSystemEntries(data.Path, "*", SearchOption.AllDirectories))
        {
            var own = File.GetUnixFileMode(made) & (UnixFileMode)0b111_111_111;
            Assert.True((own & (UnixFileMode)0b111_111) == 0, $"{made}: {own}");
        }

        Assert.Equal(everyone, File.GetUnixFileMode(data.Path));

        IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(data.Path, pattern, SearchOption.AllDirectories);
    }

    /// <summary>Runs a server to its end. A developer's own certificate would do, too; it lies in the home.</summary>
    private static Task<Ran> ServeAsync(TempFolder folder, params string[] settings) => EvercamProcess.RunAsync(
        new Dictionary<string, string> { ["HOME"] = folder["home"] },
        "",
        Cancellation,
        ["--Evercam:DataDirectory", folder["data"], .. settings.Select(one => one.Replace("{0}", folder.Path, StringComparison.Ordinal))]);

    private static async Task WriteCertificatesAsync(TempFolder folder)
    {
        using var key = RSA.Create(2048);
        using var good = new CertificateRequest("CN=cameras.example.org", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await File.WriteAllTextAsync(folder["no.crt"], "no certificate", Cancellation);
        await File.WriteAllTextAsync(folder["good.crt"], good.ExportCertificatePem(), Cancellation);
        await File.WriteAllTextAsync(folder["good.key"], key.ExportPkcs8PrivateKeyPem(), Cancellation);
        await File.WriteAllTextAsync(
            folder["sealed.key"],
            key.ExportEncryptedPkcs8PrivateKeyPem("s3cret", new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            Cancellation);
    }
}
