using Evercam.Tests.EvercamJs;

namespace Evercam.Tests.Linting;

/// <summary>The linters, as npm gives them: fetched once for each build of the tests.</summary>
internal static class Linters
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Linting");
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <summary>Runs one.</summary>
    /// <returns>Its exit code, and what it says.</returns>
    public static async Task<(int ExitCode, string Said)> RunAsync(params string[] command)
    {
        await Installed.Value;
        using var linter = Npm.Start(Folder, ["exec", "--offline", "--", .. command]);
        var complaints = linter.StandardError.ReadToEndAsync();
        var said = await linter.StandardOutput.ReadToEndAsync();
        await linter.WaitForExitAsync();
        return (linter.ExitCode, (said + await complaints).Trim());
    }

    private static async Task InstallAsync()
    {
        // npm writes it when all is there; the list of what there is to be may be newer.
        var list = new FileInfo(Path.Combine(Folder, "package-lock.json"));
        var done = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (done.Exists && done.LastWriteTimeUtc >= list.LastWriteTimeUtc)
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
