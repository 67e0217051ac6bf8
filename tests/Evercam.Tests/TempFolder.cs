namespace Evercam.Tests;

/// <summary>A folder that is gone when the test is.</summary>
public sealed class TempFolder : IDisposable
{
    private const string Memory = "/dev/shm";
    private const long Enough = 2_000_000_000;
    private const int Tries = 200;

    public TempFolder()
        : this(Directory.CreateTempSubdirectory("evercam-test-").FullName)
    {
    }

    private TempFolder(string path) => Path = path;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>One in memory, where there is enough of it: for tests of what no loss of power can tell from a disk. SQLite commits
    /// then wait for nothing.</summary>
    public static TempFolder InMemory()
    {
        if (!Directory.Exists(Memory) || new DriveInfo(Memory).AvailableFreeSpace < Enough)
        {
            return new();
        }

        var path = $"{Memory}/evercam-test-{Guid.NewGuid():N}";
        return new(Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName);
    }

    /// <summary>A program that has just ended, such as a browser with its helpers, may still write into it: then it is tried again.</summary>
    public void Dispose()
    {
        for (var left = Tries; ; left--)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (IOException) when (left > 0 && Directory.Exists(Path))
            {
                Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System).Wait();
            }
        }
    }
}
