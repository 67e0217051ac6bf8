using Evercam.Storage.Catalog;

namespace Evercam.Recorder;

/// <summary>Follows what becomes of one camera's recording, and tells what changes: never a picture, and no blip. For the recorder's
/// own scheduler alone.</summary>
/// <param name="tell">Told what is true from a moment on.</param>
/// <param name="patience">How long a camera may take to answer, or be left alone.</param>
internal sealed partial class CameraCoverage(Action<CoverageStatus, DateTimeOffset> tell, TimeSpan patience)
{
    /// <summary>However often pictures are wanted, less than this without one is no gap.</summary>
    private static readonly TimeSpan Blip = TimeSpan.FromSeconds(5);

    /// <summary>So much later than a look a picture may be taken: it comes from another hand. More is a clock that was set back.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private CameraSettings? settings;
    private Schedule? schedule;
    private DateTimeOffset looked;
    private bool isExpected;

    /// <summary>From when on pictures are expected.</summary>
    private DateTimeOffset begun;

    /// <summary>Whether one has come since then.</summary>
    private bool hasCome;

    /// <summary>When the last picture came, or from when on they are expected; moved, where they are expected more or less often since.</summary>
    private DateTimeOffset since;

    /// <summary>When the last picture was taken, or from when on they are expected.</summary>
    private DateTimeOffset taken;

    private CoverageStatus told;
    private DateTimeOffset toldFrom;
    private (CoverageStatus Status, DateTimeOffset From)? suspected;

    /// <summary>How long after a picture the next one may come before that is a gap: so long that one may be missed, but not two, and
    /// at least five seconds.</summary>
    /// <param name="schedule">How often pictures are wanted; <see langword="null"/>: as seldom as can be.</param>
    public static TimeSpan Tolerance(Schedule? schedule)
    {
        var missed = 2.5 * (schedule?.Interval ?? TimeSpan.FromMinutes(1));
        return missed > Blip ? missed : Blip;
    }

    private bool IsGap => told is CoverageStatus.Offline or CoverageStatus.Unauthorized or CoverageStatus.DiskFull
        or CoverageStatus.NoRoom or CoverageStatus.ServerDown;

    /// <summary>The camera is recorded by these settings from now on.</summary>
    public void Begin(CameraSettings current, DateTimeOffset now)
    {
        Settle(now);
        var allowed = Tolerance(schedule);
        (settings, schedule, looked) = (current, current.Schedule, now);
        if (schedule is null)
        {
            Rest(CoverageStatus.Off, now);
        }
        else if (!schedule.IsPlanned(now))
        {
            Rest(CoverageStatus.NotScheduled, now);
        }
        else if (isExpected && current.Endpoint is not null)
        {
            GoOn(allowed, now);
        }
        else
        {
            Expect(now);
        }
    }

    /// <summary>The camera is gone.</summary>
    public void End() => (settings, schedule, isExpected) = (null, null, false);

    /// <summary>Tells what the week has begun and ended meanwhile, at the very minute. If the clock was set back, all begins anew: what was
    /// told by the other one is not believed to be known.</summary>
    public void Look(DateTimeOffset now)
    {
        if (settings is not null && (looked - now > Slack || since - now > Slack))
        {
            (told, since, isExpected) = (CoverageStatus.Unknown, now, false);
            Begin(settings, now);
            return;
        }

        foreach (var (at, isPlanned) in schedule?.Turns(looked, now) ?? [])
        {
            if (isPlanned)
            {
                Expect(at);
                continue;
            }

            Settle(at);
            if (begun > looked)
            {
                // The hours began and ended while nobody looked.
                StoodStill(begun);
            }

            Rest(CoverageStatus.NotScheduled, at);
        }

        looked = now;
    }

    /// <summary>The camera is asked for a picture.</summary>
    public void Asked(DateTimeOffset at) => Hear(at);

    /// <summary>A picture was taken. Until it is kept, or is not, it may wait for long.</summary>
    public void Taken(DateTimeOffset at)
    {
        Hear(at);
        taken = at > taken ? at : taken;
    }

    /// <summary>A picture was kept.</summary>
    /// <param name="takenAt">When it was taken. Pictures come in their order; failures may overtake them.</param>
    public void Kept(DateTimeOffset takenAt)
    {
        if (!isExpected || takenAt < since)
        {
            return;
        }

        Taken(takenAt);
        if (IsGap && takenAt >= toldFrom)
        {
            Tell(CoverageStatus.Recorded, takenAt);
        }
        else if (GapBefore(takenAt) is var (status, from))
        {
            Tell(status, from);
            Tell(CoverageStatus.Recorded, takenAt);
        }
        else if (!IsGap)
        {
            Tell(CoverageStatus.Recorded, begun);
        }

        suspected = suspected?.From > takenAt ? suspected : null;
        ForgetStandstills(takenAt);
        (since, hasCome) = (takenAt, true);
    }

    /// <summary>No picture was kept.</summary>
    /// <param name="reason">Why not.</param>
    /// <param name="due">When it was due.</param>
    /// <param name="now">When that became known.</param>
    public void Failed(CoverageStatus reason, DateTimeOffset due, DateTimeOffset now)
    {
        Hear(due);
        TellStandstill(due);
        var from = due;
        if (reason is CoverageStatus.Offline or CoverageStatus.Unauthorized && IsSilence(now - due))
        {
            // No camera is waited for so long: it was asked, and then the server stood still.
            StoodStill(due > since ? due : since);
            from = now;
        }

        if (!isExpected || reason == told)
        {
            suspected = null;
            MoveBack(due);
        }
        else if (IsGap)
        {
            // Another reason counts when it is given twice in a row.
            if (suspected is { } before && before.Status == reason)
            {
                Tell(reason, before.From);
                suspected = null;
            }
            else
            {
                suspected = (reason, from);
            }
        }
        else
        {
            suspected = (reason, suspected?.From ?? FailedFrom(due));
            if (now - since > Tolerance(schedule))
            {
                Tell(reason, suspected.Value.From);
                suspected = null;
            }
        }
    }

    /// <summary>Before something else begins, a gap is told that nothing has ended: a camera that fails is asked seldom.</summary>
    private void Settle(DateTimeOffset at)
    {
        Hear(at);
        TellStandstill(at);
        if (isExpected && !IsGap && suspected is { } failure && failure.From <= at && at - since > Tolerance(schedule))
        {
            Tell(failure.Status, failure.From);
        }
    }

    /// <summary>Of a camera without an address, nothing can be expected.</summary>
    private void Expect(DateTimeOffset from)
    {
        if (settings?.Endpoint is null)
        {
            Rest(CoverageStatus.Offline, from);
            return;
        }

        (isExpected, begun, since, heard, taken, hasCome) = (true, from, from, from, from, false);
        suspected = null;
        standstills.Clear();
    }

    /// <summary>Other settings do not begin the waiting anew, or whoever saves a camera again and again would hide that it fails. More or
    /// fewer pictures may be expected by them: half of the longest wait that is no gap is half of the new one.</summary>
    private void GoOn(TimeSpan allowed, DateTimeOffset now)
    {
        if (now > since)
        {
            since = now - ((now - since) * (Tolerance(schedule) / allowed));
        }
    }

    /// <summary>Where pictures were expected and none came at all, that is no blip, however short it was.</summary>
    private void Rest(CoverageStatus why, DateTimeOffset from)
    {
        if (isExpected && !hasCome && !IsGap && suspected is { } failure && failure.From <= from)
        {
            Tell(failure.Status, failure.From);
        }

        (isExpected, suspected) = (false, null);
        standstills.Clear();
        Tell(why, from);
    }

    /// <summary>Since when there is no picture, by the first one that did not come.</summary>
    private DateTimeOffset FailedFrom(DateTimeOffset due)
    {
        var earliest = hasCome ? since : begun;
        return told == CoverageStatus.Recorded && due > earliest ? due : earliest;
    }

    /// <summary>What failed before a picture that came, if that is a gap.</summary>
    private (CoverageStatus Status, DateTimeOffset From)? GapBefore(DateTimeOffset takenAt) =>
        suspected is { } failure && failure.From <= takenAt && takenAt - since > Tolerance(schedule)
            ? failure
            : StandstillBefore(takenAt) is { } stood ? (CoverageStatus.ServerDown, stood) : null;

    private void Tell(CoverageStatus status, DateTimeOffset from)
    {
        if (status != told)
        {
            (told, toldFrom) = (status, from);
            tell(status, from);
        }
    }
}
