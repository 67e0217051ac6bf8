namespace Evercam.Server.Commands.Remote;

/// <summary>The pictures of another server's camera, oldest first, in whatever order they are listed. Asked is what the V1 API has always had,
/// so that any server of it does.</summary>
internal static class OtherServerPictures
{
    /// <param name="server">The other server.</param>
    /// <param name="camera">The camera's id there.</param>
    /// <param name="count">Takes down those whose time is none.</param>
    /// <param name="cancellation">Ends the listing.</param>
    public static async Task<IReadOnlyList<FoundPicture>> FindAsync(
        RemoteServer server, string camera, PictureCount count, CancellationToken cancellation)
    {
        var found = new List<FoundPicture>();
        var listed = await server.AskAsync(api => api.Snapshots.ListAllAsync(camera, cancellation));
        foreach (var snapshot in listed.DistinctBy(snapshot => snapshot.CreatedAt))
        {
            var (name, second) = (PictureName.Of(snapshot.CreatedAt), snapshot.CreatedAt);
            if (PictureName.IsTime(second))
            {
                found.Add(new(name, second, snapshot.Notes, stop => OpenAsync(server, camera, second, stop)));
            }
            else
            {
                count.Complain(name, "this is no time");
            }
        }

        return [.. found.OrderBy(picture => picture.Second)];
    }

    private static async Task<Stream> OpenAsync(RemoteServer server, string camera, long second, CancellationToken cancellation)
    {
        var snapshot = await server.AskAsync(api => api.Snapshots.GetAsync(camera, second, withData: true, cancellation: cancellation));
        return snapshot.CreatedAt == second && snapshot.ToPicture() is { } picture
            ? new MemoryStream(picture.Bytes.ToArray())
            : throw new FileNotFoundException("it is gone meanwhile");
    }
}
