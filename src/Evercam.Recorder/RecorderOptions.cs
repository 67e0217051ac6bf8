using System.ComponentModel.DataAnnotations;

namespace Evercam.Recorder;

/// <summary>How cameras are asked for pictures.</summary>
public sealed class RecorderOptions
{
    /// <summary>Where people set them.</summary>
    public const string Section = "Evercam:Recorder";

    /// <summary>How young a live picture must be to be given to another viewer. Default 1 s; 0 to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan LiveRefresh { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether cameras are asked from time to time if they are online. Default true.</summary>
    public bool OnlineCheck { get; init; } = true;

    /// <summary>How often a camera that is not recorded is asked if it is online. Default 60 s; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan OnlineCheckInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest pause before a failing camera is asked again. Default 60 s; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often old pictures are given up, finished packs closed, and deletions finished that were left over. Default 1 min;
    /// 1 s to 1 h. Free space is looked at every second.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan UpkeepInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How soon after a notice that a camera went away, came back, stopped or resumed recording the next one of the kind may
    /// follow: what flaps faster is told later, if it is still so. Default 30 s; 0 to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan NoticePause { get; init; } = TimeSpan.FromSeconds(30);
}
