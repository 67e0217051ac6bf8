namespace Evercam.Tests.Series;

/// <summary>A program that makes a video without end, and notes the numbers of its processes.</summary>
internal sealed class EndlessFfmpeg : IDisposable
{
    private readonly TempFolder folder = new();

    public EndlessFfmpeg()
    {
        Path = System.IO.Path.Combine(folder.Path, "ffmpeg");
        File.WriteAllText(Path, "#!/bin/sh\n[ \"$1\" = -version ] && exit\necho $$ >> \"$0.started\"\nexec cat /dev/zero\n");
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Path { get; }

    /// <summary>The processes that there are now.</summary>
    public IReadOnlyList<string> Running => File.Exists($"{Path}.started")
        ? [.. File.ReadAllLines($"{Path}.started").Where(id => Directory.Exists($"/proc/{id}"))]
        : [];

    public void Dispose() => folder.Dispose();
}
