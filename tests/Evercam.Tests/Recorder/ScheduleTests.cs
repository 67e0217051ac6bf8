using System.Globalization;
using CsCheck;
using Evercam.Recorder;
using NodaTime;

namespace Evercam.Tests.Recorder;

public class ScheduleTests
{
    private static readonly DateTimeZone Dublin = DateTimeZoneProviders.Tzdb["Europe/Dublin"];

    [Theory]
    [InlineData(600, 100)]
    [InlineData(60, 1_000)]
    [InlineData(7, 8_571)]
    [InlineData(1, 60_000)]
    public void Pictures_are_due_at_even_steps_of_the_wall_clock(int perMinute, int stepMilliseconds)
    {
        var schedule = new Schedule(42, perMinute, null, Dublin);
        var (first, _) = schedule.Next(At("2026-11-23T10:00:00Z"));
        var (second, record) = schedule.Next(first);
        Assert.Equal(stepMilliseconds, (second - first).TotalMilliseconds, 1.0);
        Assert.True(record);
        Assert.Equal(second, schedule.Next(first.AddMilliseconds(stepMilliseconds * 0.9)).At);
    }

    [Fact]
    public void The_next_moment_is_always_ahead_and_never_further_than_a_step() =>
        Gen.Select(Gen.Long[1, long.MaxValue / 2], Gen.Int[1, 600], Gen.Long[0, TimeSpan.TicksPerDay]).Sample((key, perMinute, ticks) =>
        {
            var now = At("2026-03-29T00:00:00Z").AddTicks(ticks);
            var (next, record) = new Schedule(key, perMinute, null, Dublin).Next(now);
            return record && next > now && next - now <= TimeSpan.FromMinutes(1) / perMinute;
        });

    [Fact]
    public void Cameras_are_spread_over_the_second()
    {
        var phases = Enumerable.Range(1, 1_000)
            .Select(key => new Schedule(key, 60, null, Dublin).Next(At("2026-11-23T10:00:00Z")).At)
            .GroupBy(at => at.Millisecond / 100)
            .Select(tenth => tenth.Count());
        Assert.All(phases, count => Assert.InRange(count, 50, 150));
    }

    [Fact]
    public void Cameras_share_their_moments()
    {
        var moments = Enumerable.Range(1, 1_000).Select(key => new Schedule(key, 60, null, Dublin).Next(At("2026-11-23T10:00:00Z")).At);
        Assert.Equal(20, moments.Distinct().Count());
    }

    [Theory]
    // Inside and outside, ends excluded.
    [InlineData("""{"Monday":["08:00-18:00"]}""", "2026-11-23T08:00:00Z", true)]
    [InlineData("""{"Monday":["08:00-18:00"]}""", "2026-11-23T07:59:59Z", false)]
    [InlineData("""{"Monday":["08:00-18:00"]}""", "2026-11-23T18:00:00Z", false)]
    [InlineData("""{"Monday":["08:00-18:00"]}""", "2026-11-24T12:00:00Z", false)]
    [InlineData("""{"monday":["00:00-24:00"]}""", "2026-11-23T23:59:59Z", true)]
    [InlineData("""{"Monday":["00:00-24:00"]}""", "2026-11-24T00:00:00Z", false)]
    // Over midnight, into the next day.
    [InlineData("""{"Monday":["22:00-02:00"]}""", "2026-11-24T01:59:59Z", true)]
    [InlineData("""{"Monday":["22:00-02:00"]}""", "2026-11-24T02:00:00Z", false)]
    [InlineData("""{"Monday":["22:00-02:00"]}""", "2026-11-23T01:00:00Z", false)]
    [InlineData("""{"Sunday":["22:00-02:00"]}""", "2026-11-23T01:00:00Z", true)]
    // In Dublin's summer the wall clock is an hour ahead of UTC.
    [InlineData("""{"Monday":["08:00-18:00"]}""", "2026-07-20T07:30:00Z", true)]
    [InlineData("""{"Monday":["08:00-18:00"]}""", "2026-07-20T17:30:00Z", false)]
    // The clock goes back at 01:00 UTC on 25 October 2026: local 01:30 happens twice, and counts twice.
    [InlineData("""{"Sunday":["01:15-01:45"]}""", "2026-10-25T00:30:00Z", true)]
    [InlineData("""{"Sunday":["01:15-01:45"]}""", "2026-10-25T01:30:00Z", true)]
    // It goes forward at 01:00 UTC on 29 March 2026: local 01:30 never happens.
    [InlineData("""{"Sunday":["01:15-01:45"]}""", "2026-03-29T00:30:00Z", false)]
    [InlineData("""{"Sunday":["01:15-01:45"]}""", "2026-03-29T01:30:00Z", false)]
    // A span over midnight goes on to what the clock shows: three and a half hours where it goes forward, five and a half where it goes back.
    [InlineData("""{"Saturday":["22:00-02:30"]}""", "2026-03-29T01:29:59Z", true)]
    [InlineData("""{"Saturday":["22:00-02:30"]}""", "2026-03-29T01:30:00Z", false)]
    [InlineData("""{"Saturday":["22:00-02:30"]}""", "2026-10-25T02:29:59Z", true)]
    [InlineData("""{"Saturday":["22:00-02:30"]}""", "2026-10-25T02:30:00Z", false)]
    // 2026 ends on a Thursday.
    [InlineData("""{"Thursday":["22:00-02:00"]}""", "2027-01-01T01:59:59Z", true)]
    [InlineData("""{"Thursday":["22:00-02:00"]}""", "2027-01-01T02:00:00Z", false)]
    [InlineData("""{"Friday":["00:00-02:00"]}""", "2026-12-31T23:59:59Z", false)]
    [InlineData("{}", "2026-11-23T12:00:00Z", false)]
    public void The_week_is_meant_in_the_cameras_time_zone(string week, string moment, bool active)
    {
        Assert.True(WeeklySchedule.TryParse(week, out var parsed));
        Assert.Equal(active, parsed.Covers(Instant.FromDateTimeOffset(At(moment)).InZone(Dublin).LocalDateTime));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"Someday":["08:00-18:00"]}""")]
    [InlineData("""{"None":["08:00-18:00"]}""")]
    [InlineData("""{"1":["08:00-18:00"]}""")]
    [InlineData("""{"Monday":"08:00-18:00"}""")]
    [InlineData("""{"Monday":[8]}""")]
    [InlineData("""{"Monday":["8:00-18:00"]}""")]
    [InlineData("""{"Monday":["24:00-25:00"]}""")]
    [InlineData("""{"Monday":["24:00-02:00"]}""")]
    [InlineData("""{"Monday":["08:00-18:60"]}""")]
    [InlineData("""{"Monday":["08:00"]}""")]
    [InlineData("""{"Monday":["+8:00-18:00"]}""")]
    [InlineData("""{"Monday":["\ud800"]}""")]
    [InlineData("""{"\ud800":["08:00-18:00"]}""")]
    [InlineData("""{"Monday":["08:00-18:00"],"monday":["19:00-20:00"]}""")]
    public void What_is_no_week_is_refused(string? week) => Assert.False(WeeklySchedule.TryParse(week, out _));

    [Fact]
    public void Half_a_letter_is_in_no_week() => Assert.False(WeeklySchedule.TryParse("{\"Monday\":[\"\uD83D\"]}", out _));

    [Theory]
    [InlineData("{ }", "{}")]
    [InlineData("""{"sunday": ["22:00-02:00"], "Monday": ["08:00-12:00", "13:00-18:00"], "TUESDAY": []}""",
        """{"Monday":["08:00-12:00","13:00-18:00"],"Tuesday":[],"Sunday":["22:00-02:00"]}""")]
    [InlineData("""{"Friday":["00:00-24:00","08:00-08:00"]}""", """{"Friday":["00:00-24:00","08:00-08:00"]}""")]
    public void A_week_is_written_as_it_is_read(string week, string written)
    {
        Assert.True(WeeklySchedule.TryParse(week, out var parsed));
        Assert.Equal(written, parsed.ToString());
        Assert.True(WeeklySchedule.TryParse(written, out _));
    }

    [Fact]
    public void Outside_the_week_it_asks_again_each_minute()
    {
        Assert.True(WeeklySchedule.TryParse("""{"Monday":["08:00-18:00"]}""", out var week));
        var schedule = new Schedule(1, 60, week, DateTimeZone.Utc);
        var now = At("2026-11-23T07:58:30Z");
        var (first, recordFirst) = schedule.Next(now);
        Assert.False(recordFirst);
        Assert.InRange(first - now, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        var (last, _) = schedule.Next(first);
        Assert.True(schedule.Next(last.AddTicks(-1)).Record || schedule.Next(last).Record);
    }

    [Theory]
    [InlineData("""{"Monday":["08:00-18:00"]}""", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "08:00+ 18:00-")]
    // The moment before does not count, the last one does.
    [InlineData("""{"Monday":["08:00-18:00"]}""", "2026-11-23T08:00:00Z", "2026-11-23T18:00:00Z", "18:00-")]
    // What begins where another ends is no turn.
    [InlineData("""{"Monday":["22:00-24:00"],"Tuesday":["00:00-02:00","01:30-03:00"]}""", "2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z", "22:00+ 03:00-")]
    // The clock goes back at 01:00 UTC: local 01:30 comes twice.
    [InlineData("""{"Sunday":["01:15-01:45"]}""", "2026-10-25T00:00:00Z", "2026-10-25T12:00:00Z", "00:15+ 00:45- 01:15+ 01:45-")]
    // It goes forward at 01:00 UTC: local 01:30 never comes, and 02:30 half an hour after what would have been 01:00.
    [InlineData("""{"Sunday":["01:15-01:45"]}""", "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z", "")]
    [InlineData("""{"Sunday":["01:30-02:30"]}""", "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z", "01:00+ 01:30-")]
    [InlineData("""{"Saturday":["22:00-02:30"]}""", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", "22:00+ 01:30-")]
    [InlineData("""{"Saturday":["22:00-02:30"]}""", "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z", "21:00+ 02:30-")]
    [InlineData("""{"Thursday":["22:00-02:00"]}""", "2026-12-31T12:00:00Z", "2027-01-01T12:00:00Z", "22:00+ 02:00-")]
    [InlineData("{}", "2026-11-23T00:00:00Z", "2026-12-23T00:00:00Z", "")]
    [InlineData(null, "2026-11-23T00:00:00Z", "2026-12-23T00:00:00Z", "")]
    [InlineData("""{"Monday":["08:00-18:00"]}""", "2026-11-23T18:00:00Z", "2026-11-23T08:00:00Z", "")]
    public void The_week_turns_at_the_edges_of_its_spans(string? week, string after, string until, string turns)
    {
        WeeklySchedule? parsed = null;
        Assert.True(week is null || WeeklySchedule.TryParse(week, out parsed));
        var found = new Schedule(42, 60, parsed, Dublin).Turns(At(after), At(until));
        Assert.Equal(turns, string.Join(' ', found.Select(turn => turn.At.ToString("HH:mm", CultureInfo.InvariantCulture) + (turn.IsPlanned ? "+" : "-"))));
    }

    [Fact]
    public void Between_two_turns_the_plan_stays_as_it_is() => Gen.Select(
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 1439], Gen.Int[0, 1440]).Array[0, 4], Gen.Int[0, 400 * 24 * 60], Gen.Int[1, 4 * 24 * 60]).Sample((spans, start, minutes) =>
    {
        var days = spans.GroupBy(span => (DayOfWeek)span.Item1).Select(day =>
            $"\"{day.Key}\":[{string.Join(",", day.Select(span => $"\"{Clock(span.Item2)}-{Clock(span.Item3)}\""))}]");
        Assert.True(WeeklySchedule.TryParse($"{{{string.Join(",", days)}}}", out var week));
        var schedule = new Schedule(42, 60, week, Dublin);
        var after = At("2026-01-01T00:00:00Z").AddMinutes(start);
        var turns = new Queue<(DateTimeOffset At, bool IsPlanned)>(schedule.Turns(after, after.AddMinutes(minutes)));
        var isPlanned = schedule.IsPlanned(after);
        for (var minute = 1; minute <= minutes; minute++)
        {
            var moment = after.AddMinutes(minute);
            if (schedule.IsPlanned(moment) != isPlanned)
            {
                isPlanned = !isPlanned;
                Assert.Equal((moment, isPlanned), turns.Dequeue());
            }
        }

        Assert.Empty(turns);

        static string Clock(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");
    }, iter: 200);

    private static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);
}
