using Evercam.CameraClient;
using Evercam.Recorder;
using NodaTime;

namespace Evercam.Tests.Recorder;

/// <summary>What a recorder does next, by a clock that somebody may set.</summary>
public sealed class AgendaTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly CameraEndpoint Endpoint = CameraEndpoint.FromHost("127.0.0.1", 80, "/", null)!;
    private static readonly CameraSettings Recorded =
        new(Endpoint, null, new Schedule(0, picturesPerMinute: 60, week: null, DateTimeZone.Utc));

    private static readonly CameraSettings Watched = new(Endpoint, Endpoint, null);

    [Fact]
    public void A_picture_is_due_at_its_moment_and_not_before()
    {
        var agenda = Started(Recorded, out var wait);
        Assert.Equal(TimeSpan.FromSeconds(1), wait);
        Assert.Equal(Duty.Record, agenda.Due(Noon.AddSeconds(1), isRecording: false));
        Assert.Equal(Duty.Wait, agenda.Due(Noon.AddSeconds(1), isRecording: true));
        Assert.Equal(TimeSpan.FromSeconds(1), agenda.Plan(Noon.AddSeconds(1), Recorded, isRecording: true));
    }

    [Fact]
    public void A_timer_that_fires_early_does_not_make_a_moment_come_twice()
    {
        var agenda = Started(Recorded, out _);
        var early = Noon.AddSeconds(1).AddMilliseconds(-9);
        Assert.Equal(Duty.Record, agenda.Due(early, isRecording: false));
        Assert.Equal(TimeSpan.FromMilliseconds(1_009), agenda.Plan(early, Recorded, isRecording: true));
    }

    [Theory]
    [InlineData(-3_600)]
    [InlineData(-2)]
    [InlineData(3_600)]
    public void A_clock_that_is_set_does_not_stretch_the_interval(int seconds)
    {
        var agenda = Started(Recorded, out _);
        var now = Noon.AddSeconds(seconds);
        agenda.Due(now, isRecording: false);
        Assert.Equal(TimeSpan.FromSeconds(1), agenda.Plan(now, Recorded, isRecording: false));
    }

    [Fact]
    public void The_pause_of_a_failing_camera_ends_though_the_clock_was_set_back()
    {
        var agenda = Started(Recorded, out _);
        agenda.Failed(Noon, jitter: 0);
        agenda.Failed(Noon, jitter: 0);
        Assert.Equal(TimeSpan.FromSeconds(3), agenda.Plan(Noon, Recorded, isRecording: false));
        Assert.Equal(TimeSpan.FromSeconds(1), agenda.Plan(Noon.AddHours(-1), Recorded, isRecording: false));
        Assert.Equal(Duty.Record, agenda.Due(Noon.AddHours(-1).AddSeconds(1), isRecording: false));
    }

    [Fact]
    public void An_online_check_comes_though_the_clock_was_set_back()
    {
        var agenda = Started(Watched, out var wait);
        Assert.Equal(TimeSpan.Zero, wait);
        Assert.Equal(Duty.Check, agenda.Due(Noon, isRecording: false));
        agenda.Asked(Noon);
        Assert.Equal(TimeSpan.FromSeconds(60), agenda.Plan(Noon, Watched, isRecording: false));
        Assert.Equal(Duty.Wait, agenda.Due(Noon.AddSeconds(30), isRecording: false));
        Assert.Equal(TimeSpan.Zero, agenda.Plan(Noon.AddHours(-1), Watched, isRecording: false));
        Assert.Equal(Duty.Check, agenda.Due(Noon.AddHours(-1), isRecording: false));
    }

    [Fact]
    public void The_next_look_is_never_far_and_only_where_there_is_something_to_do()
    {
        var rarely = new Agenda(new RecorderOptions { OnlineCheckInterval = TimeSpan.FromHours(1) });
        rarely.Start(Noon);
        rarely.Asked(Noon);
        Assert.Equal(TimeSpan.FromMinutes(1), rarely.Plan(Noon, Watched, isRecording: false));
        Assert.Equal(Duty.Wait, rarely.Due(Noon.AddMinutes(1), isRecording: false));
        Assert.Null(rarely.Plan(Noon, new CameraSettings(Endpoint, null, null), isRecording: false));
    }

    [Fact]
    public void The_week_of_a_camera_without_an_address_is_looked_at_and_nothing_is_asked()
    {
        Assert.True(WeeklySchedule.TryParse("""{"Monday":["12:01-12:02"]}""", out var week));
        var agenda = Started(new(null, null, new Schedule(0, 60, week, DateTimeZone.Utc)), out var wait);
        Assert.Equal(TimeSpan.FromMinutes(1), wait);
        Assert.Equal(Duty.Wait, agenda.Due(Noon.AddMinutes(1), isRecording: false));
        Started(new(null, null, new Schedule(0, 60, null, DateTimeZone.Utc)), out wait);
        Assert.Null(wait);
    }

    [Fact]
    public void A_camera_of_which_more_pictures_are_wanted_is_left_alone_as_long_as_before()
    {
        var settings = new CameraSettings(Endpoint, null, new Schedule(1, 60, null, DateTimeZone.Utc));
        var agenda = Started(settings, out _);
        foreach (var _ in Enumerable.Range(0, 5))
        {
            agenda.Failed(Noon, 0);
        }

        agenda.Change();
        Assert.InRange(
            agenda.Plan(Noon, settings, isRecording: false)!.Value, TimeSpan.FromSeconds(16), TimeSpan.FromSeconds(17));
        agenda.Start(Noon);
        Assert.InRange(agenda.Plan(Noon, settings, isRecording: false)!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_change_skips_no_picture_that_is_about_to_be_due()
    {
        var settings = new CameraSettings(Endpoint, null, new Schedule(1, 60, null, DateTimeZone.Utc));
        var agenda = Started(settings, out var wait);
        agenda.Change();
        Assert.Equal(wait, agenda.Plan(Noon, settings, isRecording: false));
    }

    private static Agenda Started(CameraSettings settings, out TimeSpan? wait)
    {
        var agenda = new Agenda(new RecorderOptions());
        agenda.Start(Noon);
        wait = agenda.Plan(Noon, settings, isRecording: false);
        return agenda;
    }
}
