using Evercam.Server.Recordings;

namespace Evercam.Tests.Recordings;

/// <summary>A week of recording as people tick it.</summary>
public sealed class WeekGridTests
{
    [Theory]
    [InlineData(null, "", "")]
    [InlineData("""{"Monday":["08:00-10:00"]}""", "0-8 0-9", "")]
    [InlineData("""{"Monday":["08:15-09:00","11:59-12:01"]}""", "0-8 0-11 0-12", "08:15-09:00, 11:59-12:01")]
    [InlineData("""{"Sunday":["22:00-01:00"]}""", "0-0 6-22 6-23", "")]
    [InlineData("""{"Monday":["23:30-00:30"]}""", "0-23 1-0", "23:30-24:00")]
    [InlineData("""{"Monday":["09:30-10:00","09:00-09:30"]}""", "0-9", "")]
    public void A_week_is_shown_by_its_hours(string? schedule, string ticked, string mondayToTheMinute)
    {
        var week = new WeekGrid(schedule);
        Assert.Equal(ticked, string.Join(' ', WeekGrid.Hours.Where(at => week.IsTicked(at.Day, at.Hour)).Select(at => $"{at.Day}-{at.Hour}")));
        Assert.Equal(mondayToTheMinute, week.ToTheMinute(0) ?? "");
    }

    [Theory]
    [InlineData(null, "0-8 0-9 6-0", """{"Monday":["08:00-10:00"],"Sunday":["00:00-01:00"]}""")]
    [InlineData(null, "0-23", """{"Monday":["23:00-24:00"]}""")]
    [InlineData("""{"Monday":["08:15-12:00"]}""", "1-3", """{"Monday":["08:15-12:00"],"Tuesday":["03:00-04:00"]}""")]
    [InlineData("""{"Monday":["08:15-12:00"]}""", "0-12", """{"Monday":["08:00-13:00"]}""")]
    [InlineData("""{"Monday":["08:00-09:00"]}""", "0-8", null)]
    [InlineData("""{"Monday":["22:30-02:00"]}""", "1-1", """{"Monday":["22:30-24:00"],"Tuesday":["00:00-01:00"]}""")]
    [InlineData("""{"Monday":["22:30-02:30"]}""", "0-22", """{"Monday":["23:00-24:00"],"Tuesday":["00:00-02:30"]}""")]
    public void What_is_ticked_anew_counts_and_other_days_stay_to_the_minute(string? schedule, string turned, string? expected)
    {
        var (week, other) = (new WeekGrid(schedule), turned.Split(' '));
        Assert.Equal(expected, week.With((day, hour) => week.IsTicked(day, hour) != other.Contains($"{day}-{hour}")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Friday":["22:00-02:00"]}""")]
    [InlineData("""{"Monday":["08:15-12:00","11:00-13:00"]}""")]
    public void A_week_that_is_left_alone_stays_as_it_was_written(string schedule)
    {
        var week = new WeekGrid(schedule);
        Assert.Equal(schedule, week.With(week.IsTicked));
    }
}
