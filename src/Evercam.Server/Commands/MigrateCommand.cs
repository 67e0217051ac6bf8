using System.Text.Json.Nodes;
using Evercam.Server.Setup;
using Evercam.Storage;
using Evercam.Storage.Moving;

namespace Evercam.Server.Commands;

/// <summary><c>evercam migrate-to FILE</c>: moves the server to PostgreSQL, to a bucket, or to both, as the settings in a file say. Secrets
/// stand there, or in the environment, and never among the words. The server must not run.</summary>
internal static class MigrateCommand
{
    public const string Usage =
        "Where to? Try: evercam migrate-to FILE, with a file of settings such as {\"ConnectionStrings\": {\"Evercam\": \"Host=…\"}}";

    /// <summary>Exits with 0, or with 1 if what is there now is not proven: then no server starts on it.</summary>
    /// <param name="from">The server's services.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="file">What changes of them.</param>
    /// <param name="output">Where to say what was moved.</param>
    /// <param name="cancellation">Breaks it off; when it is run again, it goes on there.</param>
    public static async Task<int> RunAsync(
        IServiceProvider from, string[] settings, string file, CommandOutput output, CancellationToken cancellation)
    {
        await using var to = await BuildAsync(settings, file);
        using var alone = DataDirectoryLock.Take(from);
        await from.OpenEvercamStorageAsync(cancellation);
        await using var move = await StorageMove.PlanAsync(from, to.Services, cancellation);
        await using var claim = await to.Services.ClaimEvercamStorageAsync(isShared: false, cancellation);
        await move.BeginAsync(cancellation);
        var rows = await ErrorConsole.ShowProgressAsync("Rows", tell => move.CopyRowsAsync(tell, cancellation));
        var packs = await ErrorConsole.ShowProgressAsync("Packs", tell => move.CopyPacksAsync(tell, cancellation));
        var findings = await ErrorConsole.ShowProgressAsync("Check", tell => move.CheckAsync(tell, cancellation));
        foreach (var finding in findings)
        {
            await CommandOutput.ComplainAsync(finding);
        }

        if (findings.Count == 0)
        {
            await move.FinishAsync(cancellation);
        }

        await output.TellAsync($"{rows.Rows} rows of {rows.Tables} tables, {rows.Keys} keys, and {packs.Packs} packs of {packs.Bytes} bytes "
            + "are there now; " + (findings.Count == 0
                ? $"checked, 0 findings: start the server with the settings of {file}"
                : $"{findings.Count} findings: no server starts there until evercam check finds nothing here, and this is done again"));
        await output.TellAsync(new JsonObject
        {
            ["file"] = file,
            ["tables"] = rows.Tables,
            ["rows"] = rows.Rows,
            ["keys"] = rows.Keys,
            ["packs"] = packs.Packs,
            ["bytes"] = packs.Bytes,
            ["copied_packs"] = packs.Copied,
            ["findings"] = CommandOutput.List(findings.Select(finding => (JsonNode?)finding)),
        });
        return findings.Count == 0 ? 0 : CommandLine.WithComplaints;
    }

    /// <summary>The server as it is to be: with these settings before all others, and known before its parts are chosen.</summary>
    private static Task<WebApplication> BuildAsync(string[] settings, string file) => CommandLine.BuildAsync([.. settings, .. Read(file)]);

    private static IEnumerable<string> Read(string file)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            throw new CannotBeginException($"There is no file {file} with the settings of the server as it is to be.");
        }

        try
        {
            using var read = (ConfigurationRoot)new ConfigurationBuilder().AddJsonFile(path).Build();
            return [.. read.AsEnumerable().Where(one => one.Value is not null).Select(one => $"--{one.Key}={one.Value}")];
        }
        catch (InvalidDataException wrong)
        {
            throw new CannotBeginException($"The file {file} has no settings that can be read: {(wrong.InnerException ?? wrong).Message}");
        }
    }
}
