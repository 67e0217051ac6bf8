using System.Text.Json.Nodes;
using Evercam.Archive;

namespace Evercam.Server.Commands;

/// <summary><c>evercam check</c>: proves the archive. May run beside the server.</summary>
internal static class CheckCommand
{
    /// <summary>How long a picture may lie in its pack before its row must be there.</summary>
    private static readonly TimeSpan CommitTime = TimeSpan.FromSeconds(3);

    private const int Looks = 3;

    /// <summary>Exits with 0 if all is well, 1 if there are findings.</summary>
    public static async Task<int> RunAsync(IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var check = services.GetRequiredService<ArchiveCheck>();
        var clock = services.GetRequiredService<TimeProvider>();
        IReadOnlyList<ArchiveFinding> findings = await ErrorConsole.ShowProgressAsync(
            "Check", tell => check.RunAsync(tell, cancellation).ToListAsync(cancellation).AsTask());
        var (pictures, packs) = (check.Pictures, check.Packs);
        for (var look = 1; look < Looks && findings.Count > 0; look++)
        {
            // A server may be at work: only what is still so after its next commit is a finding.
            await Task.Delay(CommitTime, clock, cancellation);
            findings = await check.LookAgainAsync(findings, cancellation);
        }

        List<string> found = [.. check.Unlisted.Select(folder => $"A folder cannot be read: {folder}"), .. findings.Select(finding => $"{finding}")];
        foreach (var finding in found)
        {
            await output.TellAsync(finding);
        }

        await output.TellAsync($"{pictures} pictures in {packs} packs checked, {found.Count} findings");
        await output.TellAsync(new JsonObject
        {
            ["pictures"] = pictures,
            ["packs"] = packs,
            ["findings"] = CommandOutput.List(found.Select(finding => (JsonNode?)finding)),
        });
        return found.Count == 0 ? 0 : 1;
    }
}
