using System.ComponentModel.DataAnnotations;

namespace Evercam.Archive;

/// <summary>How the archive trades promptness for fewer writes, and how much disk it leaves free.</summary>
public sealed class SnapshotArchiveOptions
{
    /// <summary>Where people set them.</summary>
    public const string Section = "Evercam:Archive";

    /// <summary>How long recorded pictures may wait to be made durable together: what a crash can lose of a recording.
    /// Pictures that a caller waits for never wait. Default 1 s; 10 ms to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a caller waits for disk and database before its save or deletion fails. Default 10 s; 1 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many pictures may wait for a database that does not answer, to be kept or to be taken back; later ones are refused. A
    /// single camera may wait with half of that. Default 200,000 (some 60 MB of memory); 1,000 to 10,000,000.</summary>
    [Range(1_000, 10_000_000)]
    public int MaxPending { get; init; } = 200_000;

    /// <summary>How long after the end of its hour a pack stays open for pictures that come late. Default 2 min; 0 to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SealAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Free bytes to keep: before there are fewer, the oldest packs of all cameras are given up, so that new pictures always
    /// have room. When nothing more may go, pictures are taken in until half of it is left, which is for the database. What the disk cannot leave free even without
    /// any picture that may go costs none: then that half is kept free, or half of the disk or 512 MiB if that is less. Default 512 MiB; at most the size of the disk; 0 switches it off.</summary>
    [Range(0, long.MaxValue)]
    public long MinimumFreeBytes { get; init; } = DefaultMinimumFreeBytes;

    internal const long DefaultMinimumFreeBytes = 512L << 20;
}
