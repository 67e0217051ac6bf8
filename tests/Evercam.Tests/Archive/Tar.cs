using System.Diagnostics;

namespace Evercam.Tests.Archive;

/// <summary>GNU tar, which nobody here wrote.</summary>
internal static class Tar
{
    /// <summary>Runs tar and returns the lines it printed. Fails on any complaint, not only on a bad exit.</summary>
    public static string[] Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("tar", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var tar = Process.Start(start)!;
        var complaints = tar.StandardError.ReadToEndAsync();
        var output = tar.StandardOutput.ReadToEnd();
        tar.WaitForExit();
        Assert.Equal("", complaints.Result);
        Assert.Equal(0, tar.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
