using Evercam.Api;

namespace Evercam.Server.Commands.Remote;

/// <summary>A TAR file of a camera's dated pictures. It grows under another name and has its own when it is whole; what was broken off is cut
/// to its last whole picture, and goes on from there, unless the whole file has pictures that it lacks.</summary>
internal sealed class TarShelf : IPictureShelf
{
    private const string Copied = ".copy";

    private readonly string path;
    private readonly FileStream stream;
    private readonly HashSet<string> names;

    private TarShelf(string path, TarContent content)
    {
        this.path = path;
        names = content.Names;
        stream = new FileStream(path + WholeFile.Unfinished, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        stream.SetLength(content.End);
        stream.Position = content.End;
        if (content.End == 0)
        {
            stream.Write(PictureTar.Begin(content.Whose));
        }
    }

    /// <summary>Opens one, or makes it.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="whose">Which camera's pictures it has.</param>
    /// <exception cref="CannotBeginException">There is a file of that name, and it is none of ours, or another camera's.</exception>
    public static TarShelf Open(string path, string whose)
    {
        var begun = path + WholeFile.Unfinished;
        WholeFile.Expect(begun);
        var whole = File.Exists(path) ? ContentOf(path, whose) : null;
        if (File.Exists(begun) && ContentOf(begun, whose) is var there
            && (whole is null || whole.Names.IsSubsetOf(there.Names)))
        {
            return new(path, there);
        }

        if (whole is null)
        {
            return new(path, new(whose, [], 0));
        }

        // A copy that breaks off has another name than what one may go on from.
        File.Copy(path, begun + Copied, overwrite: true);
        File.Move(begun + Copied, begun, overwrite: true);
        return new(path, whole);
    }

    public bool Has(long second) => PictureName.AllEndings.Any(ending => names.Contains(PictureName.Of(second) + ending));

    /// <summary>Once begun it is finished: half of one would have to be cut.</summary>
    public async Task AddAsync(Snapshot snapshot, byte[] picture, string ending, CancellationToken cancellation)
    {
        var name = PictureName.Of(snapshot.CreatedAt) + ending;
        await stream.WriteAsync(PictureTar.Entry(name, snapshot.CreatedAt, snapshot.Notes, picture), CancellationToken.None);
        names.Add(name);
    }

    public async Task FinishAsync()
    {
        if (names.Count > 0)
        {
            await stream.WriteAsync(new byte[2 * PictureTar.Block]);
            await stream.DisposeAsync();
            File.Move(path + WholeFile.Unfinished, path, overwrite: true);
        }
    }

    /// <summary>What has no picture is nothing to go on from.</summary>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        if (names.Count == 0)
        {
            File.Delete(path + WholeFile.Unfinished);
        }
    }

    private static TarContent ContentOf(string file, string whose)
    {
        using var stream = File.OpenRead(file);
        if (stream.Length == 0)
        {
            return new(whose, [], 0);
        }

        var content = PictureTar.Read(stream) ?? throw new CannotBeginException($"{file} is there, and is no TAR file that evercam export made.");
        return content.Whose == whose
            ? content
            : throw new CannotBeginException($"{file} has the pictures of {content.Whose}, and not of {whose}: take another file.");
    }
}
