using Evercam.Archive;

namespace Evercam.Server.Commands;

/// <summary><c>evercam check</c> and <c>evercam reindex</c>: for the person who keeps the machine.</summary>
internal static class ArchiveCommands
{
    /// <summary>How long a picture may lie in its pack before its row must be there.</summary>
    private static readonly TimeSpan CommitTime = TimeSpan.FromSeconds(3);

    /// <summary>Proves the archive. Exits with 0 if all is well, 1 if there are findings.</summary>
    public static async Task<int> CheckAsync(IServiceProvider services, CancellationToken cancellation)
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

    /// <summary>Rebuilds the index from the packs.</summary>
    public static async Task<int> ReindexAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var reindex = services.GetRequiredService<ArchiveReindex>();
        await reindex.RunAsync((pack, pictures) => Console.Out.WriteLine($"{pack}: {pictures} pictures"), cancellation);
        await Console.Out.WriteLineAsync($"{reindex.Pictures} pictures are in the index");
        return 0;
    }
}
