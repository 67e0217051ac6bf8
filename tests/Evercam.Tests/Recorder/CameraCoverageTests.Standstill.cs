using static Evercam.Storage.Catalog.CoverageStatus;

namespace Evercam.Tests.Recorder;

/// <summary>When nothing at all is heard.</summary>
public sealed partial class CameraCoverageTests
{
    [Fact]
    public void A_slow_camera_makes_no_gap_and_a_server_that_stood_still_does()
    {
        Begin(60);
        Kept(1, 11, 21, 31);
        Told("Recorded 0");
        Kept(600);
        Told("Recorded 0", "ServerDown 32", "Recorded 600");
    }

    [Fact]
    public void A_camera_that_is_given_minutes_to_answer_may_take_them()
    {
        coverage = NewCoverage(TimeSpan.FromMinutes(5));
        Begin(60);
        Kept(200, 480, 780);
        Told("Recorded 0");
        Kept(1_090);
        Told("Recorded 0", "ServerDown 781", "Recorded 1090");
    }

    /// <summary>Whatever comes of the first picture afterwards, or if none is wanted any more.</summary>
    [Fact]
    public void A_server_that_stood_still_is_told_as_that_also_if_the_camera_fails_then()
    {
        Begin(60);
        Kept(1, 2, 3);
        Failed(Offline, 176);
        Told("Recorded 0", "ServerDown 4");
        Failed(Offline, 178);
        Kept(300);
        Told("Recorded 0", "ServerDown 4", "Offline 176", "Recorded 300");
    }

    [Fact]
    public void A_server_that_stood_still_is_told_as_that_also_if_the_picture_afterwards_is_not_kept()
    {
        Begin(60);
        Kept(1, 2, 3);
        coverage.Asked(At(176));
        coverage.Taken(At(177));
        Failed(DiskFull, 177);
        Failed(DiskFull, 178);
        Told("Recorded 0", "ServerDown 4", "DiskFull 177");
    }

    [Fact]
    public void A_server_that_stood_still_while_it_waited_for_a_camera_is_told_as_that()
    {
        Begin(60);
        Kept(1, 2);
        coverage.Asked(At(3));
        Failed(Offline, 3, 176);
        Failed(Offline, 177, 178);
        Told("Recorded 0", "ServerDown 3", "Offline 176");
    }

    [Fact]
    public void A_server_that_stood_still_until_recording_was_switched_off_is_told_as_that()
    {
        Begin(60);
        Kept(1, 2, 3);
        coverage.Begin(new(Endpoint, null, null), At(176));
        Told("Recorded 0", "ServerDown 4", "Off 176");
    }

    [Fact]
    public void A_server_that_stood_still_until_the_week_had_ended_is_told_as_that()
    {
        coverage.Begin(new(Endpoint, null, ScheduleOf(60, """{"Monday":["12:00-12:03"]}""")), At(0));
        Kept(1, 2, 3);
        coverage.Look(At(240));
        Told("Recorded 0", "ServerDown 4", "NotScheduled 180");
    }

    [Fact]
    public void A_server_that_stood_still_through_all_the_hours_is_told_as_that()
    {
        coverage.Begin(new(Endpoint, null, ScheduleOf(1, """{"Monday":["12:01-12:03","12:10-12:20"]}""")), At(0));
        coverage.Look(At(240));
        Told("NotScheduled 0", "ServerDown 60", "NotScheduled 180");
    }

    [Fact]
    public void A_server_that_stood_still_when_the_week_began_is_told_as_that_from_then_on()
    {
        coverage.Begin(new(Endpoint, null, ScheduleOf(60, """{"Monday":["12:01-12:20"]}""")), At(0));
        coverage.Look(At(240));
        Kept(241);
        Told("NotScheduled 0", "ServerDown 60", "Recorded 241");
    }

    [Fact]
    public void Pictures_that_wait_for_long_until_they_are_kept_are_no_silence()
    {
        Begin(60);
        Kept(1);
        Taken(2, 301);
        Failed(Offline, 302);
        Kept(Seconds(2, 301));
        Kept(303);
        Told("Recorded 0", "Offline 302", "Recorded 303");
    }

    [Fact]
    public void A_server_that_stood_still_before_any_picture_was_kept_is_told_as_that_where_it_did()
    {
        Begin(60);
        Taken(1, 300);
        Taken(500, 600);
        Taken(800, 800);
        Kept(Seconds(1, 300));
        Told("ServerDown 0", "Recorded 1");
        Kept(Seconds(500, 600));
        Told("ServerDown 0", "Recorded 1", "ServerDown 301", "Recorded 500");
        Kept(800, 801);
        Told("ServerDown 0", "Recorded 1", "ServerDown 301", "Recorded 500", "ServerDown 601", "Recorded 800");
    }

    [Fact]
    public void A_server_that_stood_still_before_a_failure_that_overtakes_pictures_is_told_as_that()
    {
        Begin(60);
        Taken(1, 300);
        coverage.Asked(At(500));
        Kept(Seconds(1, 200));
        Failed(Offline, 500);
        Failed(Offline, 502);
        Kept(Seconds(201, 300));
        Kept(510);
        Told("ServerDown 0", "Recorded 1", "ServerDown 301", "Offline 500", "Recorded 510");
    }

    [Fact]
    public void A_server_that_stood_still_before_the_end_of_a_recording_whose_pictures_wait_is_told_as_that()
    {
        Begin(60);
        Taken(1, 300);
        coverage.Asked(At(500));
        Kept(Seconds(1, 200));
        coverage.Begin(new(Endpoint, null, null), At(510));
        Told("ServerDown 0", "Recorded 1", "ServerDown 301", "Off 510");
    }

    [Fact]
    public void Pictures_from_before_a_standstill_that_are_given_up_are_no_recording()
    {
        Begin(60);
        Kept(1);
        Taken(2, 300);
        Taken(500, 500);
        Told("Recorded 0", "ServerDown 301");
        Array.ForEach(Seconds(2, 300), second => Failed(ServerDown, second, 501));
        Kept(500);
        Told("Recorded 0", "ServerDown 301", "ServerDown 2", "Recorded 500");
    }

    [Fact]
    public void Of_pictures_from_before_a_standstill_some_may_be_given_up_and_some_kept()
    {
        Begin(60);
        Kept(1);
        Taken(2, 300);
        Taken(500, 500);
        Kept(Seconds(2, 50));
        Array.ForEach(Seconds(51, 100), second => Failed(ServerDown, second, 501));
        Kept(Seconds(101, 300));
        Kept(500);
        Told("Recorded 0", "ServerDown 301", "ServerDown 51", "Recorded 101", "ServerDown 301", "Recorded 500");
    }

    [Fact]
    public void Settings_that_are_saved_while_a_slow_camera_is_waited_for_make_no_silence()
    {
        Begin(600);
        Kept(1);
        Begin(1, 50);
        Kept(60);
        Begin(600, 120);
        Failed(Offline, 120.1);
        Kept(120.2);
        Told("Recorded 0");
    }

    private static double[] Seconds(int first, int last) => [.. Enumerable.Range(first, last - first + 1).Select(second => (double)second)];

    /// <summary>A picture is taken each second.</summary>
    private void Taken(int first, int last) => Array.ForEach(Seconds(first, last), second => coverage.Taken(At(second)));
}
