namespace Evercam.CameraClient.Proof;

/// <summary>Which sizes a picture may claim to have.</summary>
internal static class Dimensions
{
    // The largest sensors have some 150 million. Beyond that, a few bytes would make a decoder ask for gigabytes.
    private const long MaxPixels = 256 * 1024 * 1024;

    public static bool ArePossible(long width, long height) => width > 0 && height > 0 && width <= MaxPixels / height;
}
