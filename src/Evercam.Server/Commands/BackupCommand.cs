using Evercam.Storage;
using Evercam.Storage.Backups;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Commands;

/// <summary><c>evercam backup FOLDER [--packs]</c>: copies the database and the keys, and lists the packs or copies them. May run beside
/// the server.</summary>
internal static class BackupCommand
{
    /// <summary>Copies the pictures, too.</summary>
    public const string WithPacks = "--packs";

    public const string Usage = "Where to? Try: evercam backup FOLDER, or evercam backup FOLDER --packs";

    public static bool Understands(string[] arguments) => arguments is [not WithPacks] or [not WithPacks, WithPacks];

    /// <summary>Exits with 0, with 1 if packs of the archive lack pictures, or with 2 if no backup can be made.</summary>
    public static async Task<int> RunAsync(IServiceProvider services, string[] arguments, CancellationToken cancellation)
    {
        var storage = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        if (!storage.HasDatabase)
        {
            await Console.Error.WriteLineAsync($"There is no database in the data directory {storage.DataDirectory}.");
            return CommandLine.Unusable;
        }

        await services.OpenEvercamStorageAsync(cancellation);
        var withPacks = arguments is [_, WithPacks];
        var content = await services.GetRequiredService<StorageBackup>().RunAsync(arguments[0], withPacks, cancellation);
        foreach (var pack in content.Lacking)
        {
            await Console.Error.WriteLineAsync($"{pack}: pictures are missing in the archive; evercam check says which");
        }

        await Console.Out.WriteLineAsync(
            $"{arguments[0]} has the database, {content.Keys} keys and {(withPacks ? "" : "a list of ")}{content.Packs.Count} packs "
            + $"of {content.Packs.Sum(pack => pack.Bytes)} bytes");
        return content.Lacking.Count == 0 ? 0 : 1;
    }
}
