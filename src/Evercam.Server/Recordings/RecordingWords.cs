using Evercam.Storage.Catalog;

namespace Evercam.Server.Recordings;

/// <summary>The words for when a camera is recorded, ours and those of later clients. Read in any case.</summary>
internal static class RecordingWords
{
    /// <summary>A later client's number of days for keeping pictures for ever.</summary>
    public const int ForEver = -1;

    public static RecordingStatus? Status(string word) => word.ToUpperInvariant() switch
    {
        "ON" => RecordingStatus.On,
        "OFF" => RecordingStatus.Off,
        "SCHEDULED" => RecordingStatus.Scheduled,
        _ => null,
    };

    /// <summary>Paused is off, for whoever knows only three words.</summary>
    public static string Of(RecordingStatus status) => status switch
    {
        RecordingStatus.On => "on",
        RecordingStatus.Scheduled => "scheduled",
        _ => "off",
    };

    public static RecordingStatus? CloudStatus(string word) => word.ToUpperInvariant() switch
    {
        "ON" => RecordingStatus.On,
        "OFF" => RecordingStatus.Off,
        "PAUSED" => RecordingStatus.Paused,
        "ON-SCHEDULED" => RecordingStatus.Scheduled,
        _ => null,
    };

    public static string OfCloud(RecordingStatus status) => status switch
    {
        RecordingStatus.On => "on",
        RecordingStatus.Scheduled => "on-scheduled",
        RecordingStatus.Paused => "paused",
        _ => "off",
    };
}
