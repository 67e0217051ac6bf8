namespace Evercam.Tests.Recorder;

/// <summary>The system's clock, which somebody sets while everything runs. Timers and stop watches do not notice.</summary>
internal sealed class SteppingClock : TimeProvider
{
    private long stepTicks;
    private long passedTicks;

    /// <summary>Sets the clock forward, or back.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref stepTicks, by.Ticks);

    /// <summary>Lets time pass for everyone who looks at the clock or at a stop watch, while timers run as ever.</summary>
    public void Pass(TimeSpan time) => Interlocked.Add(ref passedTicks, time.Ticks);

    public override long GetTimestamp() =>
        System.GetTimestamp() + (long)(Interlocked.Read(ref passedTicks) / (double)TimeSpan.TicksPerSecond * TimestampFrequency);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref stepTicks) + Interlocked.Read(ref passedTicks));
}
