using Evercam.Tests.Docs;

namespace Evercam.Tests.Installing;

/// <summary>The Debian package, as its script makes it of a program. <c>packaging/check</c> makes it of the real one, and installs it.</summary>
public sealed class PackageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
        Assert.All(files.Where(file => file.Key.EndsWith('/')), file => Assert.Equal("drwxr-xr-x root/root", file.Value));
    }
}
