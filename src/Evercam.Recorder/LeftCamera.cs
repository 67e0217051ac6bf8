using Evercam.Archive;
using Evercam.Storage.Catalog;

namespace Evercam.Recorder;

/// <summary>What is known of a camera that a server has just taken.</summary>
/// <param name="Told">What was told last of its recording.</param>
/// <param name="ToldFrom">From when on.</param>
/// <param name="Pictures">When its last recorded pictures since then were taken, newest first; a few, or none.</param>
/// <param name="AliveAt">When whoever had it before was seen last; <see langword="null"/> if nobody is known.</param>
internal sealed record LeftCamera(
    CoverageStatus Told, DateTimeOffset ToldFrom, IReadOnlyList<DateTimeOffset> Pictures, DateTimeOffset? AliveAt)
{
    /// <summary>Whoever was seen since handed the camera over: the others wait so long at least before they say that one is gone.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(Tenures.SilentSeconds);

    public static LeftCamera Of(LeftRecording? left, long? aliveAt) => new(
        left?.Status ?? CoverageStatus.Unknown,
        DateTimeOffset.FromUnixTimeSeconds(left?.Since ?? 0),
        [.. (left?.TakenAt ?? []).Select(ArchiveTime.FromUnixMicroseconds)],
        aliveAt is { } second ? DateTimeOffset.FromUnixTimeSeconds(second) : null);

    /// <summary>Whether pictures were wanted of it and came.</summary>
    public bool WasRecorded => Told == CoverageStatus.Recorded;

    /// <summary>Until when what was told is known to be true; <see langword="null"/> if nobody knows.</summary>
    public DateTimeOffset? EndedAt =>
        WasRecorded && Pictures is [var last, ..] ? last
        : WasRecorded || AliveAt < ToldFrom ? ToldFrom
        : AliveAt;

    /// <summary>Whether it was handed over, and gave its pictures so slowly that another one need not have come by now: one that answers
    /// makes no gap.</summary>
    public bool IsSlow(DateTimeOffset now, TimeSpan tolerance) =>
        now - AliveAt < Silent
        && Pictures.Zip(Pictures.Skip(1), (later, earlier) => 2.5 * (later - earlier)).DefaultIfEmpty().Min() is var pace
        && pace > tolerance && now - Pictures[0] <= pace;
}
