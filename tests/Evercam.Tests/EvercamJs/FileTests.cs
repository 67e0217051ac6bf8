using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Evercam.Tests.EvercamJs;

/// <summary>The script as a file: how it is served, and what is packed with it.</summary>
public sealed class FileTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private static readonly string Package = Path.Combine(AppContext.BaseDirectory, "EvercamJs", "package");

    [Theory]
    [InlineData("/js/v1/evercam.js")]
    [InlineData("/js/evercam.js")]
    public async Task The_script_is_there_for_every_site(string path)
    {
        using var surfer = new Surfer(shared.App);
        var plain = await surfer.GetAsync(path, ("Origin", "https://other.example"));
        Assert.Equal((200, "application/javascript", "public, max-age=300"), (plain.Status, plain.Header("Content-Type"), plain.Header("Cache-Control")));
        Assert.Equal(("https://other.example", "nosniff"), (plain.Header("Access-Control-Allow-Origin"), plain.Header("X-Content-Type-Options")));
        Assert.Equal("Origin, Accept-Encoding", plain.Header("Vary"));
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Package, "evercam.js"), TestContext.Current.CancellationToken), plain.Body);
        Assert.All(plain.Body, letter => Assert.InRange(letter, '\n', '~'));

        var packed = await surfer.GetAsync(path, ("Accept-Encoding", "gzip, br"));
        Assert.Equal(("gzip", "application/javascript"), (packed.Header("Content-Encoding"), packed.Header("Content-Type")));
        Assert.NotEqual(plain.Header("ETag"), packed.Header("ETag"));
        Assert.Equal(304, (await surfer.GetAsync(path, ("If-None-Match", plain.Header("ETag")))).Status);
        Assert.Equal(304, (await surfer.GetAsync(path, ("If-None-Match", packed.Header("ETag")), ("Accept-Encoding", "gzip"))).Status);
        Assert.Equal(200, (await surfer.GetAsync(path, ("If-None-Match", "\"other\""))).Status);

        var version = plain.Header("ETag").Trim('"');
        Assert.Equal("public, max-age=31536000, immutable", (await surfer.GetAsync($"{path}?v={version}")).Header("Cache-Control"));
        Assert.Equal("public, max-age=300", (await surfer.GetAsync($"{path}?v=0{version}")).Header("Cache-Control"));
        using var head = new HttpRequestMessage(HttpMethod.Head, path);
        Assert.Equal((200, ""), ((await surfer.SendAsync(head)).Status, (await surfer.GetAsync(path, ("If-None-Match", plain.Header("ETag")))).Body));
    }

    [Fact]
    public async Task The_page_about_it_runs_this_script_and_no_other()
    {
        using var surfer = new Surfer(shared.App);
        var page = await surfer.GetAsync("/docs/evercam-js");
        var (script, nonce) = Assert.Single(
            Regex.Matches(page.Body, "<script src=\"([^\"]+)\" nonce=\"([0-9a-f]{32})\"").Select(match => (match.Groups[1].Value, match.Groups[2].Value)));
        Assert.Equal(
            "default-src 'none'; style-src 'self'; img-src 'self' data: blob:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
            + $"script-src 'nonce-{nonce}'; connect-src 'self'",
            page.Header("Content-Security-Policy"));
        Assert.Equal("public, max-age=31536000, immutable", (await surfer.GetAsync(script)).Header("Cache-Control"));
        Assert.Contains(script, page.Text, StringComparison.Ordinal);
        Assert.Contains("This server runs no demonstration", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_package_holds_what_it_names_and_is_of_one_version()
    {
        var description = JsonNode.Parse(File.ReadAllText(Path.Combine(Package, "package.json")))!;
        var files = description["files"]!.AsArray().Select(file => (string)file!).ToList();
        Assert.All([.. files, "README.md", "LICENSE"], file => Assert.True(File.Exists(Path.Combine(Package, file)), file));
        Assert.Contains((string)description["main"]!, files);
        Assert.Contains((string)description["types"]!, files);
        Assert.Equal("MIT", (string)description["license"]!);

        var script = File.ReadAllText(Path.Combine(Package, "evercam.js"));
        Assert.Contains($"evercam.js {description["version"]}:", script, StringComparison.Ordinal);
        Assert.Contains($"version: '{description["version"]}'", script, StringComparison.Ordinal);
    }

    [Fact]
    public void The_types_name_every_member()
    {
        var script = File.ReadAllText(Path.Combine(Package, "evercam.js"));
        var types = File.ReadAllText(Path.Combine(Package, "evercam.d.ts"));
        var members = Regex.Matches(script, @"^    static (?:async )?(\w+)(?: = (?:urls|\()|\()", RegexOptions.Multiline).Select(match => match.Groups[1].Value)
            .Concat(["apiUrl", "refresh", "withCredentials", "version", "setApiUrl", "setAuth", "plugInto", "update", "evercam", "camera"])
            .Except(["of"]).Distinct().ToList();
        Assert.Contains("snapshotUrl", members);
        Assert.Contains("by_mac", members);
        Assert.All(members, member => Assert.Matches($@"\b{member}\b", types));
    }

    [Fact]
    public async Task The_package_is_packed_whole()
    {
        using var npm = Npm.Start(Package, "pack", "--dry-run", "--json", "--offline");
        var listing = npm.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var complaints = await npm.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await npm.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(npm.ExitCode == 0, complaints);
        Assert.Equal(
            ["LICENSE", "README.md", "evercam.d.ts", "evercam.js", "package.json"],
            JsonNode.Parse(await listing)![0]!["files"]!.AsArray().Select(file => (string)file!["path"]!).Order(StringComparer.Ordinal));
    }
}
