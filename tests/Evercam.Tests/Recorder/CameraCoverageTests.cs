using System.Globalization;
using Evercam.CameraClient;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using NodaTime;
using static Evercam.Storage.Catalog.CoverageStatus;

namespace Evercam.Tests.Recorder;

/// <summary>What is told of a recording, picture by picture. Moments are seconds after noon of a Monday.</summary>
public sealed partial class CameraCoverageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly CameraEndpoint Endpoint = CameraEndpoint.FromHost("127.0.0.1", 80, "/", null)!;

    private readonly List<string> told = [];
    private CameraCoverage coverage;

    public CameraCoverageTests() => coverage = NewCoverage(TimeSpan.FromSeconds(10));

    [Fact]
    public void Pictures_that_come_are_told_once()
    {
        Begin(60);
        Kept([.. Enumerable.Range(1, 500).Select(second => (double)second)]);
        Told("Recorded 0");
    }

    [Fact]
    public void A_blip_is_no_gap()
    {
        Begin(600);
        Kept(0.1, 0.2);
        Failed(Offline, 0.3);
        Kept(1.1, 1.2);
        Failed(Offline, 1.3);
        Failed(Offline, 2.1);
        Kept(6.1);
        Told("Recorded 0");
    }

    [Fact]
    public void A_camera_that_is_off_for_five_minutes_was_offline_from_the_first_picture_that_did_not_come()
    {
        Begin(60);
        Kept(1, 2);
        Failed(Offline, 3);
        Failed(Offline, 5);
        Told("Recorded 0");
        Failed(Offline, 9);
        Told("Recorded 0", "Offline 3");
        Failed(Offline, 60, 180);
        Kept(303, 304);
        Told("Recorded 0", "Offline 3", "Recorded 303");
    }

    [Fact]
    public void A_gap_that_ends_before_it_is_told_is_told_all_the_same()
    {
        Begin(60);
        Kept(1, 2);
        Failed(Offline, 3);
        Kept(7.5);
        Told("Recorded 0", "Offline 3", "Recorded 7.5");
    }

    [Fact]
    public void Once_a_minute_one_picture_may_be_missed_and_not_two()
    {
        Begin(1);
        Kept(10, 70);
        Failed(Offline, 130);
        Kept(190);
        Failed(Offline, 250);
        Failed(Offline, 310);
        Told("Recorded 0");
        Kept(370);
        Told("Recorded 0", "Offline 250", "Recorded 370");
    }

    [Fact]
    public void Another_reason_counts_when_it_comes_twice_in_a_row()
    {
        Begin(60);
        Kept(1);
        Failed(Offline, 2, 12);
        Failed(Unauthorized, 14);
        Failed(Offline, 20);
        Failed(Unauthorized, 30);
        Failed(Unauthorized, 40);
        Failed(DiskFull, 50);
        Kept(60);
        Told("Recorded 0", "Offline 2", "Unauthorized 30", "Recorded 60");
    }

    [Fact]
    public void A_camera_that_never_answers_was_offline_from_the_beginning()
    {
        Begin(60, 100);
        Failed(Offline, 100.5);
        Failed(Offline, 107);
        Kept(120);
        Told("Offline 100", "Recorded 120");
    }

    [Fact]
    public void A_first_picture_that_comes_soon_stands_for_the_time_from_the_beginning()
    {
        Begin(1, 100);
        Kept(159);
        Told("Recorded 100");
    }

    [Fact]
    public void Settings_that_change_cut_nothing_and_other_frequencies_count_from_then_on()
    {
        Begin(60);
        Kept(1, 2);
        Begin(60, 3);
        Kept(4);
        Begin(1, 5);
        Kept(65, 125);
        Failed(Offline, 185);
        Kept(245);
        Begin(600, 300);
        Kept(300.1);
        Failed(Offline, 300.2);
        Kept(301);
        Told("Recorded 0");
    }

    [Fact]
    public void Recording_that_ends_and_begins_is_told_to_the_second_and_what_was_under_way_does_not_count()
    {
        Begin(60);
        Kept(1, 2);
        coverage.Begin(new(Endpoint, null, null), At(3));
        Kept(3.2);
        Failed(Offline, 2.9, 13);
        Begin(60, 100);
        Kept(101);
        Told("Recorded 0", "Off 3", "Recorded 100");
    }

    [Fact]
    public void A_gap_that_nothing_has_ended_is_told_before_other_settings_count()
    {
        Begin(60);
        Kept(1, 2);
        Failed(Offline, 3);
        coverage.Begin(new(Endpoint, null, null), At(20));
        Begin(60, 30);
        Kept(31, 32);
        Failed(Unauthorized, 33);
        Begin(12, 45);
        Kept(50);
        Failed(DiskFull, 55);
        Begin(60, 60);
        Kept(61);
        Told("Recorded 0", "Offline 3", "Off 20", "Recorded 30", "Unauthorized 33", "Recorded 50");
    }

    /// <summary>Saved every so many seconds, as it is or with one picture a minute less and more in turns.</summary>
    [Theory]
    [InlineData(60, 60, 2)]
    [InlineData(60, 59, 2)]
    [InlineData(1, 1, 70)]
    [InlineData(2, 1, 20)]
    public void Settings_that_are_saved_again_and_again_hide_no_gap(int perMinute, int inTurns, int every)
    {
        Begin(perMinute);
        Kept(1);
        for (var save = 1; save <= 20; save++)
        {
            Begin(save % 2 == 0 ? perMinute : inTurns, save * every);
            Failed(Offline, (save * every) + 1);
        }

        Kept(20 * every + 2);
        Told("Recorded 0", $"Offline {every + 1}", $"Recorded {(20 * every) + 2}");
    }

    [Fact]
    public void More_pictures_that_are_wanted_meanwhile_make_no_gap_of_a_blip()
    {
        Begin(1);
        Kept(10);
        Failed(Offline, 70);
        Begin(600, 80);
        Failed(Offline, 80.1);
        Kept(80.2);
        Told("Recorded 0");
    }

    [Fact]
    public void Recording_begun_and_begun_otherwise_before_the_first_picture_is_recorded_from_the_beginning()
    {
        Begin(1, 100);
        Begin(60, 140);
        Kept(141);
        Told("Recorded 100");
    }

    [Fact]
    public void A_gap_that_nothing_has_ended_is_told_before_the_week_ends()
    {
        coverage.Begin(new(Endpoint, null, ScheduleOf(60, """{"Monday":["12:00-12:01"]}""")), At(0));
        Kept(1, 2);
        Failed(Offline, 3);
        coverage.Look(At(63));
        Told("Recorded 0", "Offline 3", "NotScheduled 60");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_span_without_any_picture_is_a_gap_however_short_it_is(bool isSavedMeanwhile)
    {
        var hours = ScheduleOf(1, """{"Monday":["12:01-12:03"]}""");
        coverage.Begin(new(Endpoint, null, hours), At(0));
        coverage.Look(At(61));
        Failed(Offline, 61);
        if (isSavedMeanwhile)
        {
            coverage.Begin(new(Endpoint, null, hours), At(90));
        }

        Failed(Offline, 121);
        coverage.Look(At(181));
        Told("NotScheduled 0", "Offline 60", "NotScheduled 180");
    }

    [Fact]
    public void Recording_that_ends_before_it_gave_any_picture_was_a_gap()
    {
        Begin(1, 100);
        Failed(Unauthorized, 101);
        coverage.Begin(new(Endpoint, null, null), At(130));
        Told("Unauthorized 100", "Off 130");
    }

    [Fact]
    public void A_camera_that_nobody_can_find_is_offline_until_it_is_set_up()
    {
        coverage.Begin(new(null, null, ScheduleOf(60)), At(0));
        coverage.Look(At(1_000));
        Begin(60, 2_000);
        Kept(2_001);
        Told("Offline 0", "Recorded 2001");
    }

    [Fact]
    public void A_camera_that_nobody_can_find_is_offline_in_its_hours_alone()
    {
        coverage.Begin(new(null, null, ScheduleOf(60, """{"Monday":["12:01-12:02","12:10-12:20"]}""")), At(0));
        coverage.Look(At(600));
        coverage.Look(At(1_300));
        Told("NotScheduled 0", "Offline 60", "NotScheduled 120", "Offline 600", "NotScheduled 1200");
    }

    [Fact]
    public void The_week_begins_and_ends_at_the_very_minute()
    {
        var hours = ScheduleOf(60, """{"Monday":["12:01-12:02","12:10-12:20"]}""");
        coverage.Begin(new(Endpoint, null, hours), At(0));
        coverage.Look(At(60.7));
        Kept(60.9, 119);
        coverage.Look(At(120.3));
        Kept(120.4);
        coverage.Look(At(600.3));
        Failed(Offline, 601, 610);
        Failed(Offline, 700, 710);
        Kept(715);
        Kept([.. Enumerable.Range(24, 16).Select(half => 30.0 * half)]);
        coverage.Look(At(10_000));
        Told("NotScheduled 0", "Recorded 60", "NotScheduled 120", "Offline 600", "Recorded 715", "NotScheduled 1200");
    }

    [Fact]
    public void A_failure_that_overtakes_older_pictures_is_still_one()
    {
        Begin(60);
        Kept(1);
        Failed(Offline, 4);
        Kept(2, 3);
        Failed(Offline, 5);
        Failed(Offline, 9);
        Kept(3.5, 20);
        Told("Recorded 0", "Offline 4", "Recorded 20");
    }

    [Fact]
    public void A_camera_that_is_gone_is_not_told_of()
    {
        Begin(60);
        coverage.End();
        Kept(1);
        Failed(Offline, 2, 60);
        coverage.Look(At(100));
        Told();
    }

    [Fact]
    public void A_clock_that_is_set_back_begins_anew()
    {
        Begin(60);
        Kept(1, 2);
        coverage.Look(At(3));
        coverage.Look(At(1_000_000));
        Kept(1_000_000, 1_000_001);
        coverage.Look(At(10));
        Kept(11, 12);
        Failed(Offline, 13, 20);
        Kept(30);
        Told("Recorded 0", "ServerDown 3", "Recorded 1000000", "Recorded 10", "Offline 13", "Recorded 30");
    }

    [Fact]
    public void A_clock_that_is_put_back_by_a_minute_changes_nothing()
    {
        Begin(60);
        Kept(1, 2, 3);
        coverage.Look(At(62));
        coverage.Look(At(2));
        Kept(62);
        coverage.Look(At(2));
        Kept(63);
        Told("Recorded 0");
    }

    [Fact]
    public void A_picture_of_a_time_to_come_says_that_the_clock_was_set_back()
    {
        Begin(60);
        Kept(1, 1_000_000);
        coverage.Look(At(10));
        Kept(11);
        Told("Recorded 0", "ServerDown 2", "Recorded 1000000", "Recorded 10");
    }

    [Fact]
    public void A_week_that_a_clock_set_back_left_is_looked_at_anew()
    {
        coverage.Begin(new(Endpoint, null, ScheduleOf(60, """{"Monday":["12:01-12:10"]}""")), At(60));
        Kept([.. Enumerable.Range(61, 538).Select(second => (double)second)]);
        coverage.Look(At(700));
        coverage.Look(At(120));
        Kept(121);
        Told("Recorded 60", "NotScheduled 600", "Recorded 120");
    }

    [Theory]
    [InlineData(600, 5)]
    [InlineData(60, 5)]
    [InlineData(12, 12.5)]
    [InlineData(1, 150)]
    public void The_longest_time_between_two_pictures_that_is_no_gap(int perMinute, double seconds) =>
        Assert.Equal(seconds, CameraCoverage.Tolerance(ScheduleOf(perMinute)).TotalSeconds);

    private CameraCoverage NewCoverage(TimeSpan patience) => new(
        (status, from) => told.Add(string.Create(CultureInfo.InvariantCulture, $"{status} {(from - Noon).TotalSeconds}")), patience);

    private static DateTimeOffset At(double second) => Noon.AddSeconds(second);

    private static Schedule ScheduleOf(int perMinute, string? week = null)
    {
        WeeklySchedule? parsed = null;
        Assert.True(week is null || WeeklySchedule.TryParse(week, out parsed));
        return new(42, perMinute, parsed, DateTimeZone.Utc);
    }

    private void Begin(int perMinute, double at = 0) => coverage.Begin(new(Endpoint, null, ScheduleOf(perMinute)), At(at));

    private void Kept(params double[] seconds) => Array.ForEach(seconds, second => coverage.Kept(At(second)));

    private void Failed(CoverageStatus reason, double due, double? now = null) => coverage.Failed(reason, At(due), At(now ?? due));

    private void Told(params string[] expected) => Assert.Equal(expected, told);
}
