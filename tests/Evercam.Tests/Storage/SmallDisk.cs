using System.Diagnostics;
using System.Globalization;
using Evercam.Tests.Archive;

namespace Evercam.Tests.Storage;

/// <summary>A disk of 64 MB: a file system of its own where this process may mount one, else, and where a test asks for it, a folder
/// with a quota of the same effect. So no machine passes over what is tested on it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const long Size = 64 << 20;

    private readonly TempFolder folder = new();
    private readonly bool isMounted;

    public SmallDisk(bool mount)
    {
        Folder = Directory.CreateDirectory(Path.Combine(folder.Path, "disk")).FullName;
        isMounted = mount && TryMount(Path.Combine(folder.Path, "image"));
    }

    public string Folder { get; }

    /// <summary>How many bytes are free.</summary>
    public long Free => isMounted ? new DriveInfo(Folder).AvailableFreeSpace : Size - Used;

    private long Used => long.Parse(
        Run("du", "--summarize", "--block-size=1", Folder).Output.Split('\t')[0], CultureInfo.InvariantCulture);

    /// <summary>What calls of the packs on it do.</summary>
    public object? Answer(InterposedCall call) => call.Method switch
    {
        "get_FreeBytes" when !isMounted => Free,
        "AppendAsync" when !isMounted && Free < 1 << 20 =>
            throw new IOException("No space left on device"),
        _ => call.GoThrough(),
    };

    public void Dispose()
    {
        if (isMounted)
        {
            Run("umount", "--lazy", Folder);
        }

        folder.Dispose();
    }

    private bool TryMount(string image)
    {
        using (var file = File.Create(image))
        {
            file.SetLength(Size);
        }

        return Run("mkfs.ext4", "-q", "-F", image).Succeeded && Run("mount", "-o", "loop", image, Folder).Succeeded;
    }

    private static (bool Succeeded, string Output) Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["PATH"] += ":/sbin:/usr/sbin";
            using var process = Process.Start(start)!;
            var complaints = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            _ = complaints.Result;
            return (process.ExitCode == 0, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (false, "");
        }
    }
}
