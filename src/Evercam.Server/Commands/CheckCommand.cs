using Evercam.Archive;

namespace Evercam.Server.Commands;

/// <summary><c>evercam check</c>: proves the archive. May run beside the server.</summary>
internal static class CheckCommand
{
    /// <summary>How long a picture may lie in its pack before its row must be there.</summary>
    private static readonly TimeSpan CommitTime = TimeSpan.FromSeconds(3);

    private const int Looks = 3;

    /// <summary>Exits with 0 if all is well, 1 if there are findings.</summary>
    public static async Task<int> RunAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var check = services.GetRequiredService<ArchiveCheck>();
        var clock = services.GetRequiredService<TimeProvider>();
        var findings = new List<ArchiveFinding>();
        await foreach (var finding in check.RunAsync(cancellation))
        {
            findings.Add(finding);
        }

        var (pictures, packs) = (check.Pictures, check.Packs);
        for (var look = 1; look < Looks && findings.Count > 0; look++)
        {
            // A server may be at work: only what is still so after its next commit is a finding.
            await Task.Delay(CommitTime, clock, cancellation);
            findings = await StillSoAsync(check, findings, cancellation);
        }

        foreach (var finding in findings)
        {
            await Console.Out.WriteLineAsync(finding.ToString());
        }

        await Console.Out.WriteLineAsync($"{pictures} pictures in {packs} packs checked, {findings.Count} findings");
        return findings.Count == 0 ? 0 : 1;
    }

    private static async Task<List<ArchiveFinding>> StillSoAsync(
        ArchiveCheck check, List<ArchiveFinding> before, CancellationToken cancellation)
    {
        var known = before.Select(f => (f.Kind, f.Pack, f.TakenAt)).ToHashSet();
        var still = new List<ArchiveFinding>();
        foreach (var pack in before.Select(f => f.Pack).Distinct())
        {
            var findings = await check.CheckPackAsync(pack, cancellation);
            still.AddRange(findings.Where(f => known.Contains((f.Kind, f.Pack, f.TakenAt))));
        }

        return still;
    }
}
