using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Series;

/// <summary>How much of the server series and their videos may take up.</summary>
internal sealed class SeriesOptions
{
    public const string Section = "Evercam:Series";

    /// <summary>How many steps one series may have. Default 10,000; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int Steps { get; init; } = 10_000;

    /// <summary>The program that makes videos: a name to look for, or a path. Default <c>ffmpeg</c>.</summary>
    [Required]
    public string Ffmpeg { get; init; } = "ffmpeg";

    /// <summary>How many videos may be made at a time for those who wait for them. Default 2; 1 to 64.</summary>
    [Range(1, 64)]
    public int Videos { get; init; } = 2;

    /// <summary>How many of them one caller may have at a time, those that wait for their turn included. Default 1; 1 to 64.</summary>
    [Range(1, 64)]
    public int VideosPerCaller { get; init; } = 1;

    /// <summary>How many bytes a second of a video a viewer must take at least, once a few seconds are over: whoever takes them more slowly
    /// holds up the others, and has better ordered a time-lapse. Default 32,768; 1 to 1,000,000,000.</summary>
    [Range(1, 1_000_000_000)]
    public int SlowestBytesPerSecond { get; init; } = 32_768;

    /// <summary>How many may wait for their turn. Default 4; 0 to 1000.</summary>
    [Range(0, 1_000)]
    public int Waiting { get; init; } = 4;

    /// <summary>How long they may wait for it. Default 10 s; 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the making of a video may take, a slow viewer included, before it is broken off. Default 30 min; 1 s to 1
    /// day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How many days time-lapses that were made in the background are kept. Default 7; 1 to 3650.</summary>
    [Range(1, 3_650)]
    public int KeepDays { get; init; } = 7;

    /// <summary>How many bytes they may take together, before the oldest go of whoever takes most. Default 1 GiB; 1 MiB to 1
    /// PiB.</summary>
    [Range(1L << 20, 1L << 50)]
    public long KeepBytes { get; init; } = 1L << 30;
}
