namespace Evercam.Storage.Disk;

/// <summary>An archive in a folder.</summary>
internal sealed class FolderPlace(PackPaths paths) : IArchivePlace
{
    private readonly ArchiveMark mark = new(paths);

    public bool IsTakenOver => false;

    public Task<string?> ReadMarkAsync(CancellationToken cancellation) => Task.FromResult(mark.Read());

    public Task WriteMarkAsync(string id, CancellationToken cancellation)
    {
        mark.Write(id);
        return Task.CompletedTask;
    }

    public void Expect(string id)
    {
        // Whoever uses the folder looks whether there is a mark; nobody changes what it says.
    }

    public Task<bool> HasAnyCameraAsync(CancellationToken cancellation) =>
        Task.FromResult(Directory.Exists(paths.Root) && Directory.EnumerateDirectories(paths.Root).Any());

    public Task<bool> HasCameraAsync(IReadOnlyList<long> cameraKeys, CancellationToken cancellation) =>
        Task.FromResult(cameraKeys.Any(key => Directory.Exists(paths.CameraFolder(key))));

    public string Refuse(string id) =>
        $"The folder {paths.Root} is not the archive that the database knows: mount the volume that belongs there, or, if it is "
        + $"the archive, write {id} into the file {mark.Path}.";

    public string RefuseTaking() =>
        $"The folder {paths.Root} has pictures, and the database is new: evercam reindex makes it of them.";
}
