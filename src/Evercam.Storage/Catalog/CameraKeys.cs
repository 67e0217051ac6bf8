using System.Security.Cryptography;

namespace Evercam.Storage.Catalog;

/// <summary>Makes the numbers of new cameras: milliseconds since 2020 and 12 random bits. They rise in the order of creation,
/// and are not used again even if the database is lost while packs of old cameras lie on.</summary>
public static class CameraKeys
{
    private const int RandomBits = 12;
    private static readonly DateTimeOffset Epoch = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static long last;

    /// <summary>A number, 1 or more and below 2^53 until the year 2089, above all that this process made before.</summary>
    public static long Next(TimeProvider clock)
    {
        var milliseconds = Math.Max(0, (long)(clock.GetUtcNow() - Epoch).TotalMilliseconds);
        var key = (milliseconds << RandomBits) | (long)RandomNumberGenerator.GetInt32(1 << RandomBits);
        while (true)
        {
            var before = Interlocked.Read(ref last);
            var next = Math.Max(key, before + 1);
            if (Interlocked.CompareExchange(ref last, next, before) == before)
            {
                return next;
            }
        }
    }
}
