using Evercam.Archive;

namespace Evercam.Server.Commands;

/// <summary><c>evercam check</c>: proves the archive. May run beside the server.</summary>
internal static class CheckCommand
{
    /// <summary>How long a picture may lie in its pack before its row must be there.</summary>
    private static readonly TimeSpan CommitTime = TimeSpan.FromSeconds(3);

    /// <summary>Exits with 0 if all is well, 1 if there are findings.</summary>
    public static async Task<int> RunAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var check = services.GetRequiredService<ArchiveCheck>();
        var clock = services.GetRequiredService<TimeProvider>();
        var suspects = new HashSet<PackName>();
        await foreach (var finding in check.RunAsync(cancellation))
        {
            suspects.Add(finding.Pack);
        }

        var (pictures, packs) = (check.Pictures, check.Packs);
        var findings = new List<ArchiveFinding>();
        if (suspects.Count > 0)
        {
            // A server may have been at work meanwhile: only what is still so after its next commit is a finding.
            await Task.Delay(CommitTime, clock, cancellation);
            foreach (var pack in suspects)
            {
                findings.AddRange(await check.CheckPackAsync(pack, cancellation));
            }
        }

        foreach (var finding in findings)
        {
            await Console.Out.WriteLineAsync(finding.ToString());
        }

        await Console.Out.WriteLineAsync($"{pictures} pictures in {packs} packs checked, {findings.Count} findings");
        return findings.Count == 0 ? 0 : 1;
    }
}
