namespace Evercam.Tests.Recorder;

/// <summary>The system's clock, which somebody sets while everything runs. Timers and stop watches do not notice.</summary>
internal sealed class SteppingClock : TimeProvider
{
    private long stepTicks;

    /// <summary>Sets the clock forward, or back.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref stepTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref stepTicks));
}
