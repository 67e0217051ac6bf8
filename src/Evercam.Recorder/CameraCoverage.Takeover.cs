using Evercam.Storage.Catalog;

namespace Evercam.Recorder;

/// <summary>How a recording goes on that another server has begun.</summary>
internal sealed partial class CameraCoverage
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Until now the camera was another server's, or nobody's. What was told of it stands until that one's recording ended: with the
    /// last picture that is there, since those behind it are lost; where nothing was recorded, when it was seen last. What is missing since
    /// then is a gap by the measure of all others, and ends with the first picture that is kept.</summary>
    /// <param name="current">The settings, which <see cref="Begin"/> is told next.</param>
    /// <param name="before">What the other one left.</param>
    /// <param name="now">When this server begins.</param>
    public void TakeOver(CameraSettings current, LeftCamera before, DateTimeOffset now)
    {
        (settings, schedule, looked, heard) = (current, current.Schedule, now, now);
        (told, toldFrom, isExpected, suspected) = (before.Told, before.ToldFrom, false, null);
        standstills.Clear();
        if (schedule is null || before.EndedAt is not { } ended || ended >= now)
        {
            return;
        }

        var turns = schedule.Turns(ended, now).ToList();
        if (!schedule.IsPlanned(ended))
        {
            Rest(CoverageStatus.NotScheduled, ended);
        }
        else if (before.WasRecorded)
        {
            GoOnSince(ended, before.IsSlow(now, Tolerance(schedule)));
        }
        else if ((turns is [var end, ..] ? end.At : now) - ended > Tolerance(schedule))
        {
            Tell(CoverageStatus.ServerDown, ended);
        }

        foreach (var (at, isPlanned) in turns)
        {
            if (isPlanned)
            {
                Expect(at);
                Miss(at);
            }
            else
            {
                TellMissed(at);
                Rest(CoverageStatus.NotScheduled, at);
            }
        }

        TellMissed(now);
        heard = now;
    }

    /// <summary>A picture was taken, and may be the last one of this server's or not: the next one is due an interval later. Seconds are told,
    /// and its own was recorded.</summary>
    private void GoOnSince(DateTimeOffset picture, bool isSlow)
    {
        (isExpected, hasCome) = (true, true);
        begun = since = taken = picture;
        if (!isSlow)
        {
            Miss(picture + (schedule!.Interval > Second ? schedule.Interval : Second));
        }
    }

    /// <summary>If nothing comes, no server was there.</summary>
    private void Miss(DateTimeOffset from) => suspected = isExpected ? (CoverageStatus.ServerDown, from) : null;

    private void TellMissed(DateTimeOffset until)
    {
        if (isExpected && suspected is { } missing && missing.From <= until && until - since > Tolerance(schedule))
        {
            Tell(missing.Status, missing.From);
            suspected = null;
        }
    }
}
