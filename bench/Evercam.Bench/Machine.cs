using System.Runtime.InteropServices;
using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>What a figure is worth nothing without.</summary>
internal static class Machine
{
    public static async Task<string> DescribeAsync()
    {
        var processor = Value(await File.ReadAllLinesAsync("/proc/cpuinfo"), "model name");
        var memory = Value(await File.ReadAllLinesAsync("/proc/meminfo"), "MemTotal").Replace(" kB", "", StringComparison.Ordinal);
        var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[..3];
        var started = TimeProvider.System.GetUtcNow();
        return $"{started:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} processors ({processor}), "
            + $"{long.Parse(memory, null) / (1024.0 * 1024):0} GiB, Linux {Environment.OSVersion.Version}, "
            + $"{RuntimeInformation.FrameworkDescription}, load averages {string.Join(' ', load)} at the end.";
    }

    /// <summary>Says how far things are, where the table does not go.</summary>
    public static Task TellAsync(string progress) => Console.Error.WriteLineAsync(progress);

    /// <summary>Writes out what earlier runs left in the page cache, so that the next does not pay for it.</summary>
    public static async Task SettleAsync(CancellationToken cancellation)
    {
        await using var sync = new Child("sync");
        await sync.EndAsync(cancellation);
    }

    private static string Value(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
}
