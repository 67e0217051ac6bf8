using System.Globalization;
using Evercam.Server.Mail;
using Evercam.Server.Setup;
using Evercam.Server.Snapshots;
using Evercam.Storage.Catalog;
using NodaTime;

namespace Evercam.Server.Notices;

/// <summary>What an owner is told by mail: a line for each camera and kind, however often it happened.</summary>
internal static class NoticeLetter
{
    /// <summary>Of more than that only the number is told.</summary>
    private const int MostLines = 50;

    public static Letter Of(string userName, IReadOnlyList<MailedNotice> notices, PublicAddress address)
    {
        var groups = notices.GroupBy(n => (n.CameraKey, n.Kind)).Select(group => group.ToList()).ToList();
        var lines = groups.Take(MostLines).Select(Line).ToList();
        if (groups.Count > MostLines)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"and {groups.Count - MostLines} more"));
        }

        var subject = groups is [var only] ? $"{NameOf(only[^1])}{Words(only[^1])}" : "News of your cameras";
        return new(
            subject.ReplaceLineEndings(" "),
            $"""
            Hello {userName},

            {string.Join(Environment.NewLine, lines.Select(line => "- " + line))}

            Your cameras: {address.Root}/

            Choose what you are told by mail: {address.To("/account/notices")}

            """);
    }

    private static string Line(List<MailedNotice> group)
    {
        var last = group[^1];
        var times = group.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", {group.Count} times, the last time");
        return $"{NameOf(last)}{Words(last)}{times} at {Moment(last)}".ReplaceLineEndings(" ");
    }

    private static string NameOf(MailedNotice notice) => notice.CameraName is { } name ? $"{name}: " : "";

    private static string Words(MailedNotice notice) => notice.Kind switch
    {
        NoticeKind.CameraOffline => "the camera does not answer",
        NoticeKind.CameraOnline => "the camera answers again",
        NoticeKind.RecordingStopped => notice.Reason switch
        {
            StopReason.Offline => "recording stopped, because the camera gives no picture",
            StopReason.Unauthorized => "recording stopped, because the camera does not take its user name and password",
            StopReason.DiskFull => "recording stopped, because the server's disk is full",
            StopReason.ServerDown => "recording stopped, because the server keeps no pictures: its disk or its database failed",
            StopReason.NoRoom => "recording stopped, because the pictures of all your cameras together take all the room that you have on the server",
            _ => "recording was switched off",
        },
        NoticeKind.RecordingResumed => "recording goes on",
        NoticeKind.ShareCreated => "the camera was shared",
        NoticeKind.ShareEnded => "a share of the camera was ended",
        NoticeKind.SpaceLow => "The server's disk is nearly full: the oldest pictures of all cameras go before their time",
        _ => "The server has room for pictures again",
    };

    /// <summary>The time where the camera is.</summary>
    private static string Moment(MailedNotice notice)
    {
        var zone = notice.Timezone is { } name ? SnapshotCalendar.ZoneOf(name) : DateTimeZone.Utc;
        return Instant.FromUnixTimeSeconds(notice.HappenedAt).InZone(zone)
            .ToString("HH:mm:ss 'on' d MMMM uuuu '('z')'", CultureInfo.InvariantCulture);
    }
}
