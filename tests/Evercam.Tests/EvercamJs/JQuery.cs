using System.Diagnostics;

namespace Evercam.Tests.EvercamJs;

/// <summary>Real jQuery, as npm gives it: fetched once for each build of the tests.</summary>
internal static class JQuery
{
    /// <summary>From the one that the V1 reference names to the newest.</summary>
    public static readonly TheoryData<string> Versions = ["2", "3", "4"];

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "EvercamJs");
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    public static async Task<string> ReadAsync(string version)
    {
        await Installed.Value;
        if (version != "2")
        {
            return await File.ReadAllTextAsync(Path.Combine(Folder, "node_modules", $"jquery{version}", "dist", "jquery.min.js"));
        }

        // npm has 2.0.3 only with a line for bundlers after it.
        const string end = "})( window );";
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, "node_modules", "jquery2", "index.js"));
        return text[..(text.LastIndexOf(end, StringComparison.Ordinal) + end.Length)];
    }

    private static async Task InstallAsync()
    {
        if (File.Exists(Path.Combine(Folder, "node_modules", "jquery4", "dist", "jquery.min.js")))
        {
            return;
        }

        using var npm = Npm.Start(Folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        var complaints = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, complaints);
    }
}

/// <summary>The package manager of scripts.</summary>
internal static class Npm
{
    /// <summary>Starts it; whoever has none skips the test.</summary>
    public static Process Start(string folder, params string[] arguments)
    {
        var program = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(path => Path.Combine(path, "npm")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(program is not null, "npm is not installed.");
        return Process.Start(new ProcessStartInfo(program!, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }
}
