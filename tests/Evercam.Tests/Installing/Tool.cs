using System.Diagnostics;

namespace Evercam.Tests.Installing;

/// <summary>A program of this machine, run to its end.</summary>
internal static class Tool
{
    /// <summary>Runs it; where it is not installed the test is skipped.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="words">What it is told.</param>
    /// <returns>Its exit code, and what it said.</returns>
    public static async Task<(int ExitCode, string Said)> RunAsync(string program, params string[] words)
    {
        Assert.SkipUnless(File.Exists(program), $"There is no {program}.");
        var cancellation = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complaints) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await said + await complaints);
    }
}
