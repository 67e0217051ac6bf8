using Evercam.Recorder;

namespace Evercam.Tests.Recorder;

/// <summary>When a clock is believed that contradicts what was written.</summary>
public sealed class ProvenClockTests
{
    private readonly SetClock clock = new();

    [Fact]
    public void A_clock_is_proven_when_it_went_on_for_an_hour()
    {
        var proven = new ProvenClock(clock);
        Assert.False(proven.Look());
        Pass(proven, minutes: 59);
        Assert.False(proven.IsProven);
        Pass(proven, minutes: 1);
        Assert.True(proven.IsProven);
    }

    [Theory]
    [InlineData(61)]
    [InlineData(-61)]
    [InlineData(86_400_000)]
    [InlineData(-86_400_000)]
    public void A_clock_that_is_set_is_to_be_proven_anew(long seconds)
    {
        var proven = new ProvenClock(clock);
        Pass(proven, minutes: 120);
        clock.Set(TimeSpan.FromSeconds(seconds));
        Assert.True(proven.Look());
        Assert.False(proven.IsProven);
        Assert.False(proven.Look());
        Pass(proven, minutes: 60);
        Assert.True(proven.IsProven);
    }

    [Fact]
    public void A_clock_that_is_put_right_by_a_little_stays_proven()
    {
        var proven = new ProvenClock(clock);
        Pass(proven, minutes: 60);
        for (var times = 0; times < 10; times++)
        {
            clock.Set(TimeSpan.FromSeconds(-60));
            Assert.False(proven.Look());
        }

        Assert.True(proven.IsProven);
    }

    private void Pass(ProvenClock proven, int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            clock.Pass(TimeSpan.FromMinutes(1));
            Assert.False(proven.Look());
        }
    }

    /// <summary>A clock and a stop watch that are not the system's.</summary>
    private sealed class SetClock : TimeProvider
    {
        private DateTimeOffset now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
        private long stamp;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        /// <summary>Somebody sets the clock.</summary>
        public void Set(TimeSpan by) => now += by;

        public void Pass(TimeSpan time) => (now, stamp) = (now + time, stamp + time.Ticks);

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => stamp;
    }
}
