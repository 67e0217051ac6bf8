namespace Evercam.Bench;

/// <summary>A folder that is gone when the measurement is.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("evercam-bench-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string CreateFolder(string name) => Directory.CreateDirectory(this[name]).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
