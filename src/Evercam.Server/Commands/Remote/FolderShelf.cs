using Evercam.Api;

namespace Evercam.Server.Commands.Remote;

/// <summary>A folder of a camera's dated pictures, each day's in a folder of its own, with their notes beside them. A mark in it says which
/// camera's they are: another's of the same second would count as there already.</summary>
internal sealed class FolderShelf : IPictureShelf
{
    private const string Mark = ".evercam-export";

    private readonly string folder;
    private readonly string whose;

    private FolderShelf(string folder, string whose) => (this.folder, this.whose) = (folder, whose);

    /// <summary>Opens one, which need not be there yet.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="whose">Which camera's pictures it has.</param>
    /// <exception cref="CannotBeginException">It has another camera's, or nothing says whose.</exception>
    public static FolderShelf Open(string folder, string whose)
    {
        if (folder.Length == 0)
        {
            throw new CannotBeginException("'' is no folder.");
        }

        var mark = Path.Combine(folder, Mark);
        if (File.Exists(mark) && File.ReadAllText(mark).TrimEnd() is var other && other != whose)
        {
            throw new CannotBeginException($"{folder} has the pictures of {other}, and not of {whose}: take another folder.");
        }

        return File.Exists(mark) || !HasPictures(folder)
            ? new(folder, whose)
            : throw new CannotBeginException($"{folder} has pictures, and nothing in it says of which camera: take another folder.");
    }

    public bool Has(long second) => PictureName.AllEndings.Any(ending => File.Exists(PathOf(second) + ending));

    /// <summary>The mark and the notes first: who has the picture is not asked again for what belongs to it.</summary>
    public async Task AddAsync(Snapshot snapshot, byte[] picture, string ending, CancellationToken cancellation)
    {
        var path = PathOf(snapshot.CreatedAt);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(Path.Combine(folder, Mark), whose + '\n', cancellation);
        if (snapshot.Notes is { } notes)
        {
            await File.WriteAllTextAsync(path + PictureName.NotesEnding, notes, cancellation);
        }

        await WholeFile.WriteAsync(path + ending, picture, FileMode.Create, cancellation);
        File.SetLastWriteTimeUtc(path + ending, DateTimeOffset.FromUnixTimeSeconds(snapshot.CreatedAt).UtcDateTime);
    }

    public Task FinishAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static bool HasPictures(string folder) => Directory.Exists(folder)
        && Directory.EnumerateDirectories(folder, "????-??-??").SelectMany(Directory.EnumerateFiles).Any(file => PictureName.OwnSecond(file) is not null);

    private string PathOf(long second) => Path.Combine(folder, PictureName.Of(second));
}
