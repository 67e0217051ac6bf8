using System.Text.Json.Nodes;
using Evercam.Storage;
using Evercam.Storage.Backups;

namespace Evercam.Server.Commands;

/// <summary><c>evercam backup FOLDER [--packs]</c>: copies the database and the keys, and lists the packs or copies them. May run beside
/// the server.</summary>
internal static class BackupCommand
{
    public const string Usage = "Where to? Try: evercam backup FOLDER, or evercam backup FOLDER --packs";

    /// <summary>Exits with 0, with 1 if packs of the archive lack pictures, or cannot be read.</summary>
    public static async Task<int> RunAsync(
        IServiceProvider services, string folder, bool withPacks, CommandOutput output, CancellationToken cancellation)
    {
        await services.OpenEvercamStorageAsync(cancellation);
        var backup = services.GetRequiredService<StorageBackup>();
        var content = withPacks
            ? await ErrorConsole.ShowProgressAsync("Packs", tell => backup.RunAsync(folder, withPacks, tell, cancellation))
            : await backup.RunAsync(folder, withPacks, _ => { }, cancellation);
        foreach (var pack in content.Lacking)
        {
            await CommandOutput.ComplainAsync($"{pack}: pictures are missing in the archive; evercam check says which");
        }

        foreach (var bad in content.Unreadable)
        {
            await CommandOutput.ComplainAsync($"{bad}; it is not in the backup");
        }

        var bytes = content.Packs.Sum(pack => pack.Bytes);
        await output.TellAsync(
            $"{folder} has the database, {content.Keys} keys and {(withPacks ? "" : "a list of ")}{content.Packs.Count} packs of {bytes} bytes");
        await output.TellAsync(new JsonObject
        {
            ["folder"] = folder,
            ["keys"] = content.Keys,
            ["packs"] = content.Packs.Count,
            ["bytes"] = bytes,
            ["with_packs"] = withPacks,
            ["lacking"] = CommandOutput.List(content.Lacking.Select(pack => (JsonNode?)$"{pack}")),
            ["unreadable"] = CommandOutput.List(content.Unreadable.Select(bad => (JsonNode?)$"{bad}")),
        });
        return content.Lacking.Count + content.Unreadable.Count == 0 ? 0 : 1;
    }
}
