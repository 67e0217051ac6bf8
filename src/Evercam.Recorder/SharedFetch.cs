using Evercam.CameraClient;

namespace Evercam.Recorder;

/// <summary>One fetch that several wait for. The picture lies in a pooled buffer, given back when the last one is done with it.
/// Only for one thread at a time: the grain's.</summary>
/// <param name="settings">What the fetch was begun by.</param>
/// <param name="fetch">The fetch.</param>
internal sealed class SharedFetch(CameraSettings settings, Task<CameraPicture> fetch)
{
    /// <summary>Whoever begins a fetch is one of them from the start: a camera may answer before anybody else has come.</summary>
    private int users = 1;
    private LivePicture? live;

    /// <summary>The camera's settings when the fetch began; what it learns says nothing about later ones.</summary>
    public CameraSettings Settings => settings;

    /// <summary>The picture, until whoever waits for it leaves. Fails with a <see cref="CameraException"/> if there is none.</summary>
    public Task<CameraPicture> Picture => fetch;

    /// <summary>Waits, too. Every call, and the beginning, is matched by <see cref="Leave"/>.</summary>
    public SharedFetch Join()
    {
        users++;
        return this;
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
