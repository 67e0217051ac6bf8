using System.Text.Json.Nodes;
using Evercam.Server.Setup;
using Evercam.Storage;
using Evercam.Storage.Backups;

namespace Evercam.Server.Commands;

/// <summary><c>evercam restore SOURCE</c>: puts a backup, or a nightly copy, into a data directory that has nothing yet, and with
/// PostgreSQL into a database that has nothing.</summary>
internal static class RestoreCommand
{
    public const string Usage = "What? Try: evercam restore FOLDER, or evercam restore data/backups/evercam-2026-11-26.db";

    /// <summary>Exits with 0, or with 2 if there is no backup or no place for it.</summary>
    public static async Task<int> RunAsync(IServiceProvider services, string from, CommandOutput output, CancellationToken cancellation)
    {
        var source = BackupSource.Find(from);
        using var alone = DataDirectoryLock.Take(services);
        await using var claim = await services.ClaimEvercamStorageAsync(isShared: false, cancellation);
        var restore = services.GetRequiredService<StorageRestore>();
        await (source.HasPacks
            ? ErrorConsole.ShowProgressAsync("Packs", tell => restore.RunAsync(source, tell, cancellation))
            : restore.RunAsync(source, _ => { }, cancellation));
        await output.TellAsync(source.HasPacks
            ? "The backup is restored; evercam check proves it"
            : "Database and keys are restored; put the archive they belong to in its place, then evercam check proves it");
        await output.TellAsync(new JsonObject { ["source"] = from, ["with_packs"] = source.HasPacks });
        return 0;
    }
}
