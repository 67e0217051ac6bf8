using System.Globalization;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using static Evercam.Storage.Catalog.CoverageStatus;

namespace Evercam.Tests.Recorder;

/// <summary>When the camera is taken from another server, which told that it was recorded from minus 100 on.</summary>
public sealed partial class CameraCoverageTests
{
    [Theory]
    [InlineData(2, 9)]
    [InlineData(-0.5, 7.25)]
    [InlineData(2, 5.5)]
    public void A_server_that_is_gone_is_missed_from_its_last_picture_to_the_first_of_the_next_one(double taken, double next)
    {
        TakeOver(60, taken, alive: -5, pictures: [-1, -2, -3]);
        Kept(next, next + 1, next + 2);
        Told("ServerDown 0", string.Create(CultureInfo.InvariantCulture, $"Recorded {next}"));
    }

    /// <summary>By the measure of all gaps, and whenever the server was there that ends it.</summary>
    [Theory]
    [InlineData(60, 3.5, -1, 4)]
    [InlineData(600, 3.5, -1, 4)]
    [InlineData(12, 10, -1, 11.5)]
    [InlineData(1, 60, -30, 90)]
    [InlineData(1, 8, -55, 94)]
    public void A_pause_between_two_servers_that_is_not_longer_than_any_may_be_is_no_gap(
        int perMinute, double taken, double last, double next)
    {
        TakeOver(perMinute, taken, alive: last, pictures: [last]);
        Kept(next);
        Told();
    }

    [Fact]
    public void Where_pictures_are_wanted_seldom_a_gap_begins_with_the_first_one_that_was_due()
    {
        TakeOver(1, 130, alive: 0, pictures: [-30, -90]);
        Told("ServerDown 30");
        Kept(150);
        Told("ServerDown 30", "Recorded 150");
    }

    [Fact]
    public void A_camera_that_fails_after_a_server_that_is_gone_is_offline_only_since_it_was_asked()
    {
        TakeOver(60, 9, alive: 0, pictures: [-1]);
        Failed(Offline, 10);
        Failed(Offline, 12);
        Kept(30);
        Told("ServerDown 0", "Offline 10", "Recorded 30");
    }

    [Theory]
    [InlineData(Offline)]
    [InlineData(Unauthorized)]
    [InlineData(DiskFull)]
    public void What_was_told_of_a_camera_that_gave_no_pictures_stands_until_the_server_was_seen_last(CoverageStatus why)
    {
        TakeOver(60, 9, alive: 0, pictures: [], why);
        Kept(12);
        Told("ServerDown 0", "Recorded 12");
    }

    [Fact]
    public void A_camera_that_is_offline_stays_so_where_it_is_handed_over()
    {
        TakeOver(60, 2, alive: 1, pictures: [], Offline);
        Failed(Offline, 3);
        Failed(Offline, 9);
        Told();
        Kept(20);
        Told("Recorded 20");
    }

    [Fact]
    public void A_gap_that_a_server_told_which_is_gone_in_turn_goes_on()
    {
        TakeOver(60, 30, alive: 20, pictures: [], ServerDown);
        Kept(32);
        Told("Recorded 32");
    }

    [Fact]
    public void A_slow_camera_that_is_handed_over_makes_no_gap()
    {
        TakeOver(60, 5, alive: 4, pictures: [-3, -11, -19]);
        Kept(14, 22);
        Told();
    }

    [Fact]
    public void A_slow_camera_of_a_server_that_is_gone_makes_one()
    {
        TakeOver(60, 9, alive: 1, pictures: [-3, -11, -19]);
        Kept(17);
        Told("ServerDown -2", "Recorded 17");
    }

    [Fact]
    public void One_gap_before_makes_no_slow_camera()
    {
        TakeOver(60, 4, alive: 3, pictures: [-3, -4, -30, -31]);
        Kept(6);
        Told("ServerDown -2", "Recorded 6");
    }

    [Fact]
    public void A_camera_of_which_nothing_is_known_was_not_missed_by_a_server_that_was_seen_just_now()
    {
        TakeOver(60, 4, alive: 0, pictures: [], Unknown);
        Kept(6);
        Told("Recorded 4");
    }

    [Fact]
    public void What_is_known_of_a_time_to_come_is_no_gap()
    {
        TakeOver(60, -200, alive: -201, pictures: []);
        Kept(-199, -198);
        Told();
    }

    /// <summary>The camera is recorded in its hours alone, which begin or end while it has no server.</summary>
    [Theory]
    [InlineData("11:00-12:01", 70, "ServerDown 0", "NotScheduled 60")]
    [InlineData("11:00-12:00", 70, "NotScheduled 0")]
    [InlineData("11:00-12:00,12:01-13:00", 68, "NotScheduled 0", "ServerDown 60", "Recorded 70")]
    [InlineData("11:00-12:00,12:01-13:00", 62, "NotScheduled 0", "ServerDown 60", "Recorded 70")]
    [InlineData("11:00-12:00,12:01-12:02,12:03-13:00", 200, "NotScheduled 0", "ServerDown 60", "NotScheduled 120", "ServerDown 180", "Recorded 202")]
    public void What_would_not_have_been_recorded_is_not_missed(string hours, double taken, params string[] expected)
    {
        var week = $$"""{"Monday":["{{hours.Replace(",", "\",\"", StringComparison.Ordinal)}}"]}""";
        TakeOver(60, taken, alive: -1, pictures: [-1, -2], week: week);
        if (expected[^1].StartsWith(nameof(Recorded), StringComparison.Ordinal))
        {
            Kept(taken < 70 ? 70 : taken + 2);
        }

        Told(expected);
    }

    [Fact]
    public void A_camera_that_rests_when_its_server_is_gone_is_missed_from_the_minute_on_at_which_its_hours_begin()
    {
        TakeOver(60, 66, alive: 30, pictures: [], NotScheduled, """{"Monday":["12:01-13:00"]}""");
        Kept(68);
        Told("ServerDown 60", "Recorded 68");
    }

    [Fact]
    public void A_camera_that_is_not_recorded_is_not_missed()
    {
        TakeOver(60, 600, alive: 0, pictures: [], Off, isOn: false);
        Told();
    }

    private void TakeOver(
        int perMinute, double taken, double alive, double[] pictures, CoverageStatus status = Recorded, string? week = null, bool isOn = true)
    {
        var settings = new CameraSettings(Endpoint, null, isOn ? ScheduleOf(perMinute, week) : null);
        coverage.TakeOver(settings, new(status, At(-100), [.. pictures.Select(At)], At(alive)), At(taken));
        coverage.Begin(settings, At(taken));
    }
}
