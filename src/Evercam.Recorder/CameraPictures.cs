using Evercam.Archive;
using Evercam.CameraClient;

namespace Evercam.Recorder;

/// <summary>Makes pictures of cameras ready to be kept.</summary>
internal static class CameraPictures
{
    private static readonly TimeSpan Moment = TimeSpan.FromMicroseconds(1);

    /// <summary>Of what the camera gave. The beginning of a second is left to pictures that are brought, by which they are known:
    /// see <see cref="Snapshot.IsBrought"/>.</summary>
    public static NewSnapshot ToSnapshot(this CameraPicture picture, long cameraKey, DateTimeOffset takenAt, string? notes = null)
    {
        var type = PictureTypes.FromMediaType(picture.MediaType) ?? throw new InvalidOperationException("Not a picture type.");
        var moment = ArchiveTime.ToMicrosecond(takenAt);
        moment = moment == ArchiveTime.SecondOf(moment) ? ArchiveTime.Add(moment, Moment) : moment;
        return new NewSnapshot(cameraKey, moment, type, picture.Bytes, notes);
    }
}
