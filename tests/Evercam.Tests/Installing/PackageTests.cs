using System.Text.RegularExpressions;
using Evercam.Tests.Docs;

namespace Evercam.Tests.Installing;

/// <summary>The Debian package, as its script makes it of a program. <c>packaging/check</c> makes it of the real one, and installs it.</summary>
public sealed partial class PackageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What lies beside the documents in the repository is not in the package.</summary>
    [Fact]
    public async Task Links_in_the_documents_of_the_package_lead_to_what_it_has()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["program"]);
        await File.WriteAllTextAsync(folder["program/evercam"], "evercam", Cancellation);
        var (exit, said) = await Tool.RunAsync(Repository.PathOf("packaging/debian/build"), "amd64", folder["program"], folder["made"]);
        Assert.True(exit == 0, said);
        (exit, said) = await Tool.RunAsync("/usr/bin/dpkg-deb", "--extract", Assert.Single(Directory.GetFiles(folder["made"])), folder["root"]);
        Assert.True(exit == 0, said);

        var documents = Path.Combine(folder["root"], "usr/share/doc/evercam");
        var links = (from document in Directory.GetFiles(documents, "*.md", SearchOption.AllDirectories)
                     from link in Link().Matches(File.ReadAllText(document))
                     select (Document: document, Target: link.Groups[1].Value)).ToList();
        Assert.Contains(links, link => link.Target == "grafana-dashboard.json");
        Assert.Contains(links, link => link.Target.StartsWith("decisions/", StringComparison.Ordinal));
        Assert.Contains(links, link => link.Target == "changelog.gz");
        Assert.Empty(links.Where(link => !File.Exists(Path.Combine(Path.GetDirectoryName(link.Document)!, link.Target)))
            .Select(link => $"{Path.GetRelativePath(documents, link.Document)}: {link.Target}"));
    }

    [Fact]
    public async Task All_lies_where_the_unit_the_command_and_the_documents_look_for_it()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["program"]);
        foreach (var part in new[] { "evercam", "evercam.dll", "evercam.xml" })
        {
            await File.WriteAllTextAsync(folder[$"program/{part}"], part, Cancellation);
        }

        var (exit, said) = await Tool.RunAsync(Repository.PathOf("packaging/debian/build"), "amd64", folder["program"], folder["made"]);
        Assert.True(exit == 0, said);
        var package = Assert.Single(Directory.GetFiles(folder["made"]));
        Assert.All(
            ["README.md", "docs/operations.md"],
            document => Assert.Contains(Path.GetFileName(package), File.ReadAllText(Repository.PathOf(document)), StringComparison.Ordinal));

        (exit, said) = await Tool.RunAsync("/usr/bin/dpkg-deb", "--contents", package);
        Assert.True(exit == 0, said);
        var files = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(
            line => line[(line.IndexOf(" ./", StringComparison.Ordinal) + 2)..], line => string.Join(' ', line.Split(' ').Take(2)));
        Assert.Equal("-rwxr-xr-x root/root", files["/usr/lib/evercam/evercam"]);
        Assert.Equal("-rw-r--r-- root/root", files["/usr/lib/evercam/evercam.dll"]);
        Assert.DoesNotContain("/usr/lib/evercam/evercam.xml", files.Keys);
        Assert.Equal("-rwxr-xr-x root/root", files["/usr/bin/evercam"]);
        Assert.Equal("-rw-r--r-- root/root", files["/lib/systemd/system/evercam.service"]);
        Assert.Equal("-rw-r--r-- root/root", files["/usr/share/doc/evercam/operations.md"]);
        Assert.Equal("-rw-r----- root/root", files["/etc/evercam/appsettings.json"]);
        Assert.Equal("lrwxrwxrwx root/root", files["/usr/lib/evercam/appsettings.json -> /etc/evercam/appsettings.json"]);
        Assert.Equal("-rw-r--r-- root/root", files["/usr/share/doc/evercam/grafana-dashboard.json"]);
        Assert.All(files.Where(file => file.Key.EndsWith('/')), file => Assert.Equal("drwxr-xr-x root/root", file.Value));
    }

    /// <summary>To a file: neither to another site, nor to a heading of the same page.</summary>
    [GeneratedRegex(@"\]\((?![a-z]+://)([^)\s#]+)[^)]*\)")]
    private static partial Regex Link();
}
