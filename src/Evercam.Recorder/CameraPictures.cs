using Evercam.Archive;
using Evercam.CameraClient;

namespace Evercam.Recorder;

/// <summary>Makes pictures of cameras ready to be kept.</summary>
internal static class CameraPictures
{
    /// <summary>Of what the camera gave when its next picture was due.</summary>
    public static NewSnapshot ToRecorded(this CameraPicture picture, long cameraKey, DateTimeOffset takenAt) =>
        picture.ToSnapshot(cameraKey, PictureMoments.Recorded(takenAt), notes: null);

    /// <summary>Of what the camera gave because somebody wanted it.</summary>
    public static NewSnapshot ToOnDemand(this CameraPicture picture, long cameraKey, DateTimeOffset takenAt, string? notes) =>
        picture.ToSnapshot(cameraKey, PictureMoments.OnDemand(takenAt), notes);

    private static NewSnapshot ToSnapshot(this CameraPicture picture, long cameraKey, DateTimeOffset moment, string? notes)
    {
        var type = PictureTypes.FromMediaType(picture.MediaType) ?? throw new InvalidOperationException("Not a picture type.");
        return new NewSnapshot(cameraKey, moment, type, picture.Bytes, notes);
    }
}
