using Evercam.Archive;

namespace Evercam.Storage.Index;

/// <summary>How much of a camera is removed in one transaction: whole packs, so that counters and rows go together.</summary>
internal static class RemovalBatch
{
    /// <summary>How many packs are looked at.</summary>
    public const int MaxPacks = 500;

    private const int EnoughPictures = 5_000;

    /// <summary>Of the oldest packs of a camera, as many as hold some thousand pictures, at least one.</summary>
    public static IReadOnlyList<PackSummary> Of(IReadOnlyList<PackSummary> oldest)
    {
        var pictures = 0L;
        return
        [
            .. oldest.TakeWhile(pack =>
            {
                var before = pictures;
                pictures += pack.Pictures;
                return before < EnoughPictures;
            }),
        ];
    }
}
