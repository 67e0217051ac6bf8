namespace Evercam.FakeCameras.Drawing;

/// <summary>Chance without a source of chance: the same roll gives the same number, so a moment has one picture.</summary>
internal static class Dice
{
    /// <summary>A number from 0 up to but not 1.</summary>
    public static float Roll(long id, int which = 0) => (Mix(id, which) >> 8) / (float)(1 << 24);

    public static float Between(float low, float high, long id, int which = 0) =>
        low + ((high - low) * Roll(id, which));

    public static T Pick<T>(ReadOnlySpan<T> of, long id, int which = 0) => of[(int)(Mix(id, which) % (uint)of.Length)];

    /// <summary>The finalizer of SplitMix64.</summary>
    public static uint Mix(long id, int which)
    {
        var z = unchecked(((ulong)id * 0x9E3779B97F4A7C15) + ((ulong)which * 0xD1B54A32D192ED03) + 0x2545F4914F6CDD1D);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return (uint)((z ^ (z >> 31)) >> 16);
    }
}
