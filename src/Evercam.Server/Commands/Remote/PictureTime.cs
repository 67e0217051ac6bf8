using System.Globalization;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using NodaTime;
using File = System.IO.File;

namespace Evercam.Server.Commands.Remote;

/// <summary>When a picture in a file was taken: by our own names, which are exact; by what its camera wrote into it (EXIF); by the name that
/// its camera gave it.</summary>
internal static class PictureTime
{
    private const int OffsetOriginal = 0x9011;

    /// <param name="file">The file.</param>
    /// <param name="zone">Of clocks that say none.</param>
    /// <returns>Unix seconds; <see langword="null"/> if nothing tells it.</returns>
    public static long? Read(string file, DateTimeZone zone) =>
        PictureName.OwnSecond(file)
        ?? ExifSecond(file, zone)
        ?? (PictureName.CameraTime(file) is { } time ? MomentText.Second(time, zone) : (long?)null)
        ?? PictureName.UnixSecond(file);

    private static long? ExifSecond(string file, DateTimeZone zone)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var said = ImageMetadataReader.ReadMetadata(stream).OfType<ExifSubIfdDirectory>().FirstOrDefault();
            if (!DateTime.TryParseExact(
                said?.GetString(ExifDirectoryBase.TagDateTimeOriginal),
                "yyyy:MM:dd HH:mm:ss",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var time))
            {
                return null;
            }

            return DateTimeOffset.TryParseExact(
                $"{time:yyyy-MM-dd HH:mm:ss}{said.GetString(OffsetOriginal)?.Trim()}", "yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture,
                DateTimeStyles.None, out var moment) ? moment.ToUnixTimeSeconds() : MomentText.Second(time, zone);
        }
        catch (Exception damage) when (damage is ImageProcessingException or MetadataException or IOException)
        {
            return null;
        }
    }
}
