using Evercam.Archive;
using Evercam.CameraClient;

namespace Evercam.Recorder;

/// <summary>Makes pictures of cameras ready to be kept.</summary>
internal static class CameraPictures
{
    public static NewSnapshot ToSnapshot(this CameraPicture picture, long cameraKey, DateTimeOffset takenAt, string? notes = null)
    {
        var type = PictureTypes.FromMediaType(picture.MediaType) ?? throw new InvalidOperationException("Not a picture type.");
        return new NewSnapshot(cameraKey, takenAt, type, picture.Bytes, notes);
    }
}
