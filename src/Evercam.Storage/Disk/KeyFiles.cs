using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;

namespace Evercam.Storage.Disk;

/// <summary>The keys that protect the database's secrets, a file each. The framework leaves it to the system when a key is written; here
/// it is on stable storage before anything is protected with it, or the secrets would survive a power failure that their key does
/// not.</summary>
internal sealed class KeyFiles(DirectoryInfo folder, ILoggerFactory logs, StableStorage stable) : FileSystemXmlRepository(folder, logs)
{
    public override void StoreElement(XElement element, string friendlyName)
    {
        Directory.Create();
        var path = Path.Combine(Directory.FullName, $"{friendlyName}.xml");
        var unfinished = $"{path}.new";
        using (var file = new FileStream(unfinished, Options()))
        {
            element.Save(file);
            file.Flush();
            stable.SyncFile(unfinished, file.SafeFileHandle);
        }

        File.Move(unfinished, path);
        stable.SyncDirectory(Directory.FullName);
        stable.SyncDirectory(Directory.Parent!.FullName);
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
