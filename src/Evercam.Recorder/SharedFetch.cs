using Evercam.CameraClient;

namespace Evercam.Recorder;

/// <summary>One fetch that several wait for. The picture lies in a pooled buffer, given back when the last one is done with it.
/// Only for one thread at a time: the grain's.</summary>
/// <param name="settings">What the fetch was begun by.</param>
/// <param name="fetch">The fetch.</param>
internal sealed class SharedFetch(CameraSettings settings, Task<CameraPicture> fetch)
{
    private int users;
    private LivePicture? live;

    /// <summary>The camera's settings when the fetch began; what it learns says nothing about later ones.</summary>
    public CameraSettings Settings => settings;

    /// <summary>Waits for the picture. Every call is matched by <see cref="Leave"/>.</summary>
    /// <exception cref="CameraException">There is no picture.</exception>
    public Task<CameraPicture> JoinAsync()
    {
        users++;
        return fetch;
    }

    /// <summary>The picture in an array of its own, which viewers share.</summary>
    public LivePicture ToLive(CameraPicture picture, DateTimeOffset fetchedAt) =>
        live ??= new LivePicture(picture.Bytes.ToArray(), picture.MediaType, fetchedAt);

    public void Leave()
    {
        users--;
        if (users == 0 && fetch.IsCompletedSuccessfully)
        {
            fetch.Result.Dispose();
        }
    }
}
