using Evercam.Tests.EvercamJs;

namespace Evercam.Tests.OpenApi;

/// <summary>The linters, as npm gives them: fetched once for each build of the tests.</summary>
internal static class Linters
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "OpenApi");
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <summary>Runs one.</summary>
    /// <returns>What it complains of; empty if nothing.</returns>
    public static async Task<string> RunAsync(params string[] command)
    {
        await Installed.Value;
        using var linter = Npm.Start(Folder, ["exec", "--offline", "--", .. command]);
        var complaints = linter.StandardError.ReadToEndAsync();
        var said = await linter.StandardOutput.ReadToEndAsync();
        await linter.WaitForExitAsync();
        return linter.ExitCode == 0 ? "" : said + await complaints;
    }

    private static async Task InstallAsync()
    {
        if (File.Exists(Path.Combine(Folder, "node_modules", ".bin", "spectral")))
        {
            return;
        }

        using var npm = Npm.Start(Folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        var said = npm.StandardOutput.ReadToEndAsync();
        var complaints = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, complaints + await said);
    }
}
