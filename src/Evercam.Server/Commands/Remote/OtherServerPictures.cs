using Evercam.Api;

namespace Evercam.Server.Commands.Remote;

/// <summary>The pictures of another server's camera, oldest first. Asked is what the V1 API has always had, so that any server of it
/// does.</summary>
internal static class OtherServerPictures
{
    public static async Task<IReadOnlyList<FoundPicture>> FindAsync(EvercamClient api, string camera, CancellationToken cancellation) =>
    [
        .. (await api.Snapshots.ListAllAsync(camera, cancellation)).DistinctBy(snapshot => snapshot.CreatedAt).Select(snapshot => new FoundPicture(
            PictureName.Of(snapshot.CreatedAt), snapshot.CreatedAt, snapshot.Notes, stop => OpenAsync(api, camera, snapshot.CreatedAt, stop))),
    ];

    private static async Task<Stream> OpenAsync(EvercamClient api, string camera, long second, CancellationToken cancellation)
    {
        var snapshot = await api.Snapshots.GetAsync(camera, second, withData: true, cancellation: cancellation);
        return snapshot.CreatedAt == second && snapshot.ToPicture() is { } picture
            ? new MemoryStream(picture.Bytes.ToArray())
            : throw new FileNotFoundException("it is gone meanwhile");
    }
}
