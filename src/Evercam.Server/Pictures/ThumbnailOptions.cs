using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Pictures;

/// <summary>How smaller pictures are kept.</summary>
internal sealed class ThumbnailOptions
{
    public const string Section = "Evercam:Thumbnails";

    public const int Narrowest = 64;
    public const int Widest = 1920;

    /// <summary>Bytes of smaller pictures that are remembered in memory, so that they need not be made again. Default 32 MiB.</summary>
    [Range(0, 1L << 40)]
    public long CacheBytes { get; init; } = 32 * 1024 * 1024;
}
