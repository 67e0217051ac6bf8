namespace Evercam.Recorder;

/// <summary>What a recorder has to do.</summary>
internal enum Duty
{
    /// <summary>Nothing now; look again.</summary>
    Wait,

    /// <summary>Fetch a picture and keep it.</summary>
    Record,

    /// <summary>Ask the camera whether it is there.</summary>
    Check,
}

/// <summary>What a recorder has to do next, and when. Counted by the wall clock, which somebody may set: set forward, the next
/// look notices, which is at most a minute away; set back, what lies too far ahead is planned anew.</summary>
/// <param name="options">How often things are done.</param>
internal sealed class Agenda(RecorderOptions options)
{
    private static readonly TimeSpan AMoment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly BackOff backOff = new(options.LongestPause);
    private DateTimeOffset nextCheck = DateTimeOffset.MinValue;
    private DateTimeOffset dueAt = DateTimeOffset.MaxValue;
    private Duty duty;

    /// <summary>When the next duty is due, as it was planned last.</summary>
    public DateTimeOffset DueAt => dueAt;

    /// <summary>The camera was set up anew: nothing that was learnt before counts.</summary>
    public void Start(DateTimeOffset now)
    {
        backOff.Succeeded();
        nextCheck = now;
        Change();
    }

    /// <summary>Pictures are wanted at other moments; what was learnt of the camera counts.</summary>
    public void Change() => (duty, dueAt) = (Duty.Wait, DateTimeOffset.MaxValue);

    /// <summary>The camera was asked, which tells as much as an online check.</summary>
    public void Asked(DateTimeOffset now) => nextCheck = now + options.OnlineCheckInterval;

    /// <summary>The camera gave a picture.</summary>
    /// <returns>Whether it was left alone until now: then what comes next is to be planned anew.</returns>
    public bool Succeeded() => backOff.Succeeded();

    /// <summary>The camera failed: it is left alone for a while.</summary>
    public void Failed(DateTimeOffset now, double jitter) => backOff.Failed(now, jitter);

    /// <summary>What is due at a tick.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isRecording">Whether a picture is being recorded: nothing else is asked of the camera meanwhile.</param>
    public Duty Due(DateTimeOffset now, bool isRecording)
    {
        var moment = MomentOf(now);
        return isRecording || moment < dueAt || moment < backOff.NotBefore || (duty == Duty.Check && moment < nextCheck)
            ? Duty.Wait
            : duty;
    }

    /// <summary>Plans the next duty.</summary>
    /// <param name="now">The time.</param>
    /// <param name="settings">The camera.</param>
    /// <param name="isRecording">Whether a picture is being recorded: no check meanwhile.</param>
    /// <returns>How long until the next tick; <see langword="null"/> if there is nothing to do for this camera.</returns>
    public TimeSpan? Plan(DateTimeOffset now, CameraSettings settings, bool isRecording)
    {
        var moment = MomentOf(now);
        backOff.Bound(now);
        nextCheck = nextCheck - now > options.OnlineCheckInterval ? now : nextCheck;
        (dueAt, duty) = (DateTimeOffset.MaxValue, Duty.Wait);
        var earliest = Later(moment, backOff.NotBefore);
        if (settings is { Schedule: { } schedule, Endpoint: not null })
        {
            (dueAt, var record) = schedule.Next(earliest);
            duty = record ? Duty.Record : Duty.Wait;
        }
        else if (settings.Schedule?.NextLook(moment) is { } look)
        {
            // Without an address there is no picture, and yet the week begins and ends.
            dueAt = look;
        }

        if (options.OnlineCheck && settings.CheckEndpoint is not null)
        {
            var check = Later(nextCheck, isRecording ? moment + AMoment : earliest);
            (dueAt, duty) = check < dueAt ? (check, Duty.Check) : (dueAt, duty);
        }

        return dueAt == DateTimeOffset.MaxValue ? null : TimeSpan.FromTicks(Math.Clamp((dueAt - now).Ticks, 0, LongestWait.Ticks));
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>A timer may fire a little early; the moment it was set for must not come a second time.</summary>
    private DateTimeOffset MomentOf(DateTimeOffset now) => dueAt > now && dueAt - now <= AMoment ? dueAt : now;
}
