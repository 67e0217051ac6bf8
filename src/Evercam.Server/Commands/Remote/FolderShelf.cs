using Evercam.Api;

namespace Evercam.Server.Commands.Remote;

/// <summary>A folder of dated pictures, each day's in a folder of its own, with their notes beside them.</summary>
internal sealed class FolderShelf(string folder) : IPictureShelf
{
    public bool Has(long second) => PictureName.AllEndings.Any(ending => File.Exists(PathOf(second) + ending));

    /// <summary>The notes first: who has the picture is not asked again for what belongs to it.</summary>
    public async Task AddAsync(Snapshot snapshot, Download picture, CancellationToken cancellation)
    {
        var path = PathOf(snapshot.CreatedAt);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (snapshot.Notes is { } notes)
        {
            await File.WriteAllTextAsync(path + PictureName.NotesEnding, notes, cancellation);
        }

        var file = path + PictureName.EndingOf(picture.MediaType);
        await WholeFile.WriteAsync(file, picture, cancellation);
        File.SetLastWriteTimeUtc(file, DateTimeOffset.FromUnixTimeSeconds(snapshot.CreatedAt).UtcDateTime);
    }

    public Task FinishAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string PathOf(long second) => Path.Combine(folder, PictureName.Of(second));
}
