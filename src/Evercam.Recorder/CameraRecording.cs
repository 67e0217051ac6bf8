using Evercam.CameraClient;
using Evercam.Storage.Catalog;

namespace Evercam.Recorder;

/// <summary>Records one camera: fetches a picture that is due, keeps it, and follows what becomes of it. For the recorder's own
/// scheduler alone.</summary>
/// <param name="key">The camera.</param>
/// <param name="view">Fetches.</param>
/// <param name="keeper">Keeps.</param>
/// <param name="coverage">Told what became of each picture.</param>
/// <param name="notices">The same.</param>
/// <param name="metrics">The same.</param>
/// <param name="clock">Tells time.</param>
/// <param name="watch">Takes what nobody waits for.</param>
internal sealed class CameraRecording(
    long key,
    CameraView view,
    Keeper keeper,
    CameraCoverage coverage,
    NoticeBoard notices,
    RecorderMetrics metrics,
    TimeProvider clock,
    Action<Task> watch)
{
    private CameraSettings? settings;
    private CameraSettings? recordingBy;

    /// <summary>Whether a picture is being recorded. One that is awaited of an address that the camera has no more does not count.</summary>
    public bool IsBusy => recordingBy?.AskAs(settings) == true;

    /// <summary>The camera is recorded by these settings from now on; <see langword="null"/> if it is gone.</summary>
    public void Begin(CameraSettings? now)
    {
        settings = now;
        if (now is null)
        {
            coverage.End();
            return;
        }

        if (now.Schedule is null)
        {
            notices.Stopped(key, StopReason.Off, clock.GetUtcNow());
        }
        else if (now.Endpoint is null)
        {
            notices.Stopped(key, StopReason.Offline, clock.GetUtcNow());
        }

        coverage.Begin(now, clock.GetUtcNow());
    }

    /// <summary>Fetches and keeps one picture.</summary>
    /// <param name="current">The camera.</param>
    /// <param name="endpoint">Where its pictures come from.</param>
    /// <param name="dueAt">When the picture was due by the schedule.</param>
    /// <returns><see langword="false"/> if the camera is deleted.</returns>
    public async Task<bool> RecordAsync(CameraSettings current, CameraEndpoint endpoint, DateTimeOffset dueAt)
    {
        recordingBy = current;
        var due = clock.GetUtcNow();
        coverage.Asked(due);
        var fetch = view.JoinFetch(current, endpoint);
        try
        {
            var picture = await fetch.Picture;
            if (view.Live.IsWatched(clock.GetUtcNow()))
            {
                view.KeepLive(fetch, picture);
            }

            var takenAt = clock.GetUtcNow();
            if (IsOfNow(current))
            {
                coverage.Taken(takenAt);
            }

            if (await keeper.RecordAsync(picture.ToRecorded(key, takenAt)) is not { } kept)
            {
                return false;
            }

            if (takenAt - dueAt > current.Schedule?.Interval)
            {
                metrics.Late();
            }

            watch(FollowAsync(current, kept, takenAt));
        }
        catch (CameraException reason)
        {
            // The log is told by the view.
            view.LeaveAlone(fetch);
            Tell(current, reason.Fault == CameraFault.Unauthorized ? CoverageStatus.Unauthorized : CoverageStatus.Offline, due);
        }
        catch
        {
            // Whatever nobody foresaw: there is no picture, and people are told so.
            Tell(current, CoverageStatus.ServerDown, due);
            throw;
        }
        finally
        {
            fetch.Leave();
            recordingBy = ReferenceEquals(recordingBy, current) ? null : recordingBy;
        }

        return true;
    }

    private async Task FollowAsync(CameraSettings current, Task<CoverageStatus> kept, DateTimeOffset takenAt)
    {
        try
        {
            Tell(current, await kept, takenAt);
        }
        catch when (kept.IsFaulted)
        {
            Tell(current, CoverageStatus.ServerDown, takenAt);
            throw;
        }
    }

    private void Tell(CameraSettings current, CoverageStatus outcome, DateTimeOffset at)
    {
        metrics.Recorded(outcome);
        if (!IsOfNow(current))
        {
            return;
        }

        notices.Recorded(key, ReasonOf(outcome), clock.GetUtcNow());
        if (outcome == CoverageStatus.Recorded)
        {
            coverage.Kept(at);
        }
        else
        {
            coverage.Failed(outcome, at, clock.GetUtcNow());
        }
    }

    /// <summary>What another address gave says nothing of this one, nor of a camera that is gone or is not recorded any more.</summary>
    private bool IsOfNow(CameraSettings current) => settings?.Schedule is not null && current.AskAs(settings);

    private static StopReason? ReasonOf(CoverageStatus outcome) => outcome switch
    {
        CoverageStatus.Recorded => null,
        CoverageStatus.Offline => StopReason.Offline,
        CoverageStatus.Unauthorized => StopReason.Unauthorized,
        CoverageStatus.NoRoom => StopReason.NoRoom,
        CoverageStatus.DiskFull => StopReason.DiskFull,
        _ => StopReason.ServerDown,
    };
}
