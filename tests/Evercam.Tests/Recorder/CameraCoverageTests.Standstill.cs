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
        foreach (var second in Enumerable.Range(2, 300))
        {
            coverage.Taken(At(second));
        }

        Failed(Offline, 302);
        Kept([.. Enumerable.Range(2, 300).Select(second => (double)second)]);
        Kept(303);
        Told("Recorded 0", "Offline 302", "Recorded 303");
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
}
