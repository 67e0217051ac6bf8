namespace Evercam.Archive;

/// <summary>The image formats the archive keeps. The numbers are stored in the index and never change meaning.</summary>
public enum PictureType
{
    /// <summary>JPEG, <c>image/jpeg</c>, file ending <c>jpg</c>.</summary>
    Jpeg = 1,

    /// <summary>PNG, <c>image/png</c>, file ending <c>png</c>.</summary>
    Png = 2,

    /// <summary>GIF, <c>image/gif</c>, file ending <c>gif</c>.</summary>
    Gif = 3,
}

/// <summary>How a <see cref="PictureType"/> is written: on the wire as a media type, in a pack as a file ending.</summary>
public static class PictureTypes
{
    /// <summary>The registered media type (IANA), such as <c>image/jpeg</c>.</summary>
    public static string MediaType(this PictureType type) => type switch
    {
        PictureType.Jpeg => "image/jpeg",
        PictureType.Png => "image/png",
        PictureType.Gif => "image/gif",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a picture type."),
    };

    /// <summary>The file ending inside a pack, without a dot.</summary>
    public static string FileEnding(this PictureType type) => type switch
    {
        PictureType.Jpeg => "jpg",
        PictureType.Png => "png",
        PictureType.Gif => "gif",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a picture type."),
    };

    /// <summary>The type that a media type names, without regard to case; <see langword="null"/> if it names none.
    /// <c>image/pjpeg</c> and <c>image/x-png</c>, which old browsers send, count as JPEG and PNG.</summary>
    public static PictureType? FromMediaType(string? mediaType) => mediaType?.ToLowerInvariant() switch
    {
        "image/jpeg" or "image/pjpeg" => PictureType.Jpeg,
        "image/png" or "image/x-png" => PictureType.Png,
        "image/gif" => PictureType.Gif,
        _ => null,
    };

    /// <summary>The type that the first bytes of a file tell; <see langword="null"/> if they tell none. Whether the rest is a whole
    /// picture is another question.</summary>
    public static PictureType? FromFirstBytes(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? PictureType.Jpeg
        : bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? PictureType.Png
        : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? PictureType.Gif
        : null;

    /// <summary>The type that a file ending names, without regard to case; <see langword="null"/> if it names none.</summary>
    public static PictureType? FromFileEnding(string ending) => ending.ToLowerInvariant() switch
    {
        "jpg" => PictureType.Jpeg,
        "png" => PictureType.Png,
        "gif" => PictureType.Gif,
        _ => null,
    };
}
