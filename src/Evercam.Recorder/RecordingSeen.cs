using Evercam.Storage.Catalog;

namespace Evercam.Recorder;

/// <summary>Makes news of what becomes of one camera's pictures. Two that fail in a row are news, whatever each failed for; and so are two
/// that fail for the same, where others failed for something else before.</summary>
/// <param name="cameraKey">The camera.</param>
internal sealed class RecordingSeen(long cameraKey)
{
    private readonly Debounce<bool> whether = new();
    private readonly Debounce<StopReason?> why = new();

    /// <summary>A picture was to be recorded.</summary>
    /// <param name="failure">Why it was not; <see langword="null"/> if it was.</param>
    /// <param name="at">When.</param>
    /// <returns>What is to be told, if that is news; <see langword="null"/> if nothing was seen twice just now.</returns>
    public SeenRecording? See(StopReason? failure, DateTimeOffset at)
    {
        var (changed, other) = (whether.See(failure is null, at), why.See(failure, at));
        return (changed ?? other) is { } since ? new(cameraKey, failure, since) { IsReasonSeenTwice = other is not null } : null;
    }
}
