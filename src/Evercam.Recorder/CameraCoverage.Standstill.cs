using Evercam.Storage.Catalog;

namespace Evercam.Recorder;

/// <summary>How it is seen that the server itself stood still.</summary>
internal sealed partial class CameraCoverage
{
    /// <summary>How much longer nothing at all may be heard, or as long as a camera may take, if that is more: a slow one is no gap either.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    /// <summary>When the server was seen last to run: a camera was asked, or answered, or was set up otherwise.</summary>
    private DateTimeOffset heard;

    /// <summary>Where nothing was heard for too long, the server itself stood still.</summary>
    private void Hear(DateTimeOffset at)
    {
        if (isExpected && IsSilence(at - heard))
        {
            StoodStill(hasCome ? taken + schedule!.Interval : begun);
        }

        heard = at > heard ? at : heard;
    }

    /// <summary>Whether no camera takes so long, however slow it is.</summary>
    private bool IsSilence(TimeSpan wait) => wait > Tolerance(schedule) + (patience > Silence ? patience : Silence);

    /// <summary>What failed before that counts for more.</summary>
    private void StoodStill(DateTimeOffset from)
    {
        if (isExpected && !IsGap && suspected is null)
        {
            Tell(CoverageStatus.ServerDown, from);
        }
    }
}
