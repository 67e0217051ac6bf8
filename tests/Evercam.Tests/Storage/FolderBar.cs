using System.Diagnostics;

namespace Evercam.Tests.Storage;

/// <summary>A folder that may be read and not changed until this is disposed of, not even by the system's own user.</summary>
internal sealed class FolderBar : IDisposable
{
    private const UnixFileMode Seen = UnixFileMode.UserRead | UnixFileMode.UserExecute;
    private readonly string path;

    public FolderBar(string path)
    {
        this.path = path;
        Set(path, isBarred: true);
    }

    public void Dispose() => Set(path, isBarred: false);

    /// <summary>Bars or frees a folder. One that is not there is left alone.</summary>
    public static void Set(string path, bool isBarred)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(path))
        {
            return;
        }

        if (!isBarred)
        {
            MakeImmutable(path, isBarred);
        }

        File.SetUnixFileMode(path, isBarred ? Seen : Seen | UnixFileMode.UserWrite);
        if (isBarred)
        {
            MakeImmutable(path, isBarred);
        }
    }

    private static void MakeImmutable(string path, bool isBarred)
    {
        if (Environment.IsPrivilegedProcess && File.Exists("/usr/bin/chattr"))
        {
            var start = new ProcessStartInfo("/usr/bin/chattr", [isBarred ? "+i" : "-i", path]) { RedirectStandardError = true };
            using var chattr = Process.Start(start)!;
            chattr.WaitForExit();
        }
    }
}
