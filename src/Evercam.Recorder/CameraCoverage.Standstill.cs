using Evercam.Storage.Catalog;

namespace Evercam.Recorder;

/// <summary>How it is seen that the server itself stood still.</summary>
internal sealed partial class CameraCoverage
{
    /// <summary>How much longer nothing at all may be heard, or as long as a camera may take, if that is more: a slow one is no gap either.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    /// <summary>When the server was seen last to run: a camera was asked, or answered, or was set up otherwise.</summary>
    private DateTimeOffset heard;

    /// <summary>From when on the server stood still, since the last picture that was kept: those from before may wait to be kept for longer
    /// than it did.</summary>
    private readonly Queue<DateTimeOffset> standstills = new();

    /// <summary>Where nothing was heard for too long, the server itself stood still.</summary>
    private void Hear(DateTimeOffset at)
    {
        if (isExpected && IsSilence(at - heard))
        {
            StoodStill(taken + schedule!.Interval);
        }

        heard = at > heard ? at : heard;
    }

    /// <summary>Whether no camera takes so long, however slow it is.</summary>
    private bool IsSilence(TimeSpan wait) => wait > Tolerance(schedule) + (patience > Silence ? patience : Silence);

    /// <summary>What failed before that counts for more.</summary>
    private void StoodStill(DateTimeOffset from)
    {
        if (!isExpected)
        {
            return;
        }

        standstills.Enqueue(from);
        if (!IsGap && suspected is null)
        {
            Tell(CoverageStatus.ServerDown, hasCome ? standstills.Peek() : begun);
        }
    }

    /// <summary>Pictures from before a standstill were kept after it. It is told before what ends the recording next.</summary>
    private void TellStandstill(DateTimeOffset before)
    {
        if (isExpected && suspected is null && StandstillBefore(before) is { } from)
        {
            Tell(CoverageStatus.ServerDown, from);
        }
    }

    /// <summary>From when on the server stood still before a moment, if what is told is that it recorded.</summary>
    private DateTimeOffset? StandstillBefore(DateTimeOffset moment) =>
        told == CoverageStatus.Recorded && standstills.TryPeek(out var from) && from <= moment ? from : null;

    /// <summary>What was before a picture that is kept has been told.</summary>
    private void ForgetStandstills(DateTimeOffset takenAt)
    {
        while (standstills.TryPeek(out var from) && from <= takenAt)
        {
            standstills.Dequeue();
        }
    }

    /// <summary>The picture that was due is from before the gap that is told, waited to be kept, and was not either: the gap begins with it.</summary>
    private void MoveBack(DateTimeOffset due)
    {
        if (isExpected && due > since && due < toldFrom)
        {
            toldFrom = due;
            tell(told, due);
        }
    }
}
