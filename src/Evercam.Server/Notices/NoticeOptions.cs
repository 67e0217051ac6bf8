using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Notices;

/// <summary>How long notices are kept, and how often people are told by mail. Section <c>Evercam:Notices</c>.</summary>
internal sealed class NoticeOptions
{
    public const string Section = "Evercam:Notices";

    /// <summary>Days that a notice is kept: so far back whoever was away can catch up. Default 30; 2 to 3650.</summary>
    [Range(2, 3650)]
    public int KeepDays { get; init; } = 30;

    /// <summary>How long a notice waits for others that go into the same mail. Default 30 s; 0 to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MailGather { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How soon after a mail an owner is sent the next. Default 5 min; 0 to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MailEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How soon after a mail about a camera and a kind of notice the next may be about the same. Default 1 h; 0 to
    /// 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MailPause { get; init; } = TimeSpan.FromHours(1);
}
