namespace Evercam.Storage.S3;

/// <summary>The places and numbers in a pack that belong to one tenure of its camera, so that whoever had the camera before, and does not
/// know that another server has it, takes neither the place of the other one's bytes nor precedence over them.</summary>
internal static class PackRange
{
    /// <summary>A range is 64 GiB: more than a camera takes in an hour.</summary>
    public const int Bits = 36;

    /// <summary>More objects than a pack is ever made of.</summary>
    public const long Numbers = 1_000_000;

    /// <summary>Whether a range begins at an offset, other than the first one.</summary>
    public static bool IsStart(long offset) => offset > 0 && (offset & ((1L << Bits) - 1)) == 0;
}
