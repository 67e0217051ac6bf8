namespace Evercam.Recorder;

/// <summary>Told that cameras gave pictures, whoever asked for them: for those who wait until one works again.</summary>
public interface ILiveNews
{
    /// <summary>A camera has given a picture. Called on the recorder's own scheduler: must not take long.</summary>
    void Fetched(long cameraKey);
}
