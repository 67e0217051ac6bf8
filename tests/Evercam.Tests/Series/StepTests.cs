using System.Globalization;
using Evercam.Server.Series;
using NodaTime;
using NodaTime.Text;

namespace Evercam.Tests.Series;

/// <summary>How far apart the pictures of a series are, and when they are wanted.</summary>
public sealed class StepTests
{
    [Theory]
    [InlineData("1m", "00:01:00")]
    [InlineData("5m", "00:05:00")]
    [InlineData("90m", "01:30:00")]
    [InlineData("1h", "01:00:00")]
    [InlineData("12H", "12:00:00")]
    [InlineData(" 1d ", "1.00:00:00")]
    [InlineData("1w", "7.00:00:00")]
    [InlineData("52w", "364.00:00:00")]
    [InlineData("366d", "366.00:00:00")]
    [InlineData("527040m", "366.00:00:00")]
    public void A_step_is_a_number_and_a_unit(string text, string length) =>
        Assert.Equal(TimeSpan.Parse(length, CultureInfo.InvariantCulture), Step.Read(text)?.Length);

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("1")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("+1d")]
    [InlineData("1.5h")]
    [InlineData("1 d")]
    [InlineData("1s")]
    [InlineData("1y")]
    [InlineData("1dd")]
    [InlineData("53w")]
    [InlineData("367d")]
    [InlineData("8785h")]
    [InlineData("99999999999999999999d")]
    [InlineData("٣d")]
    public void Nothing_else_is_one(string text) => Assert.Null(Step.Read(text));

    /// <summary>Each line: zone, first and last moment in UTC, step, time of day, and what the camera's clock and UTC show then.</summary>
    [Theory]
    // Steps of up to an hour pass as time does, whatever the clock shows.
    [InlineData("Europe/London", "2026-03-29T00:00Z", "2026-03-29T02:00Z", "1h", null, "00:00Z 01:00Z 02:00Z")]
    [InlineData("Europe/London", "2026-10-25T00:00Z", "2026-10-25T02:00Z", "30m", null, "00:00Z 00:30Z 01:00Z 01:30Z 02:00Z")]
    // Longer ones keep to the clock: midnight and noon stay so.
    [InlineData("Europe/London", "2026-03-28T12:00Z", "2026-03-30T00:00Z", "12h", null, "12:00Z 00:00Z 11:00Z 23:00Z")]
    [InlineData("Europe/London", "2026-10-24T11:00Z", "2026-10-26T00:00Z", "12h", null, "11:00Z 23:00Z 12:00Z 00:00Z")]
    [InlineData("Europe/London", "2026-03-27T00:00Z", "2026-03-31T00:00Z", "1d", "12:00", "12:00Z 12:00Z 11:00Z 11:00Z")]
    // A time that the clock leaves out is when it goes on; one that it shows twice is the first.
    [InlineData("Europe/London", "2026-03-28T00:00Z", "2026-03-31T00:00Z", "1d", "01:30", "01:30Z 01:00Z 00:30Z")]
    [InlineData("Europe/London", "2026-10-24T00:00Z", "2026-10-27T00:00Z", "1d", "01:30", "00:30Z 00:30Z 01:30Z")]
    // Lord Howe Island turns its clock by half an hour: at 02:00 on by 30 minutes, at 02:00 back to 01:30.
    [InlineData("Australia/Lord_Howe", "2026-10-02T00:00Z", "2026-10-04T20:00Z", "1d", "02:10", "15:40Z 15:30Z 15:10Z")]
    [InlineData("Australia/Lord_Howe", "2026-04-03T00:00Z", "2026-04-06T00:00Z", "1d", "01:45", "14:45Z 14:45Z 15:15Z")]
    // Samoa had no 30 December 2011: nothing is wanted of it, and nothing twice.
    [InlineData("Pacific/Apia", "2011-12-29T10:00Z", "2011-12-31T10:00Z", "1d", "00:00", "10:00Z 10:00Z 10:00Z")]
    [InlineData("Pacific/Apia", "2011-12-29T10:00Z", "2011-12-31T22:00Z", "1d", "12:00", "22:00Z 22:00Z 22:00Z")]
    [InlineData("Pacific/Apia", "2011-12-29T16:00Z", "2011-12-30T22:00Z", "6h", null, "16:00Z 22:00Z 04:00Z 10:00Z 16:00Z 22:00Z")]
    // Toronto's clock went on at 23:30, over midnight, and left out no day.
    [InlineData("America/Toronto", "1919-03-29T12:00Z", "1919-04-01T12:00Z", "1d", "23:45", "04:45Z 04:30Z 03:45Z")]
    // The first moment is the one that was asked for, also the second time that the clock shows it.
    [InlineData("Europe/London", "2026-10-25T01:30Z", "2026-10-27T00:00Z", "1d", null, "01:30Z 01:30Z")]
    // A time of day that is over on the first day is wanted from the next one on.
    [InlineData("UTC", "2026-06-01T12:01Z", "2026-06-15T12:00Z", "1w", "12:00", "12:00Z 12:00Z")]
    [InlineData("UTC", "2026-06-01T12:00Z", "2026-06-15T12:00Z", "1w", "12:00", "12:00Z 12:00Z 12:00Z")]
    [InlineData("UTC", "2026-06-01T12:00Z", "2026-06-01T11:59Z", "1h", null, "")]
    // The last days are days as any other, also where clocks show the year 10000 already.
    [InlineData("Pacific/Kiritimati", "9999-12-31T23:57Z", "9999-12-31T23:59Z", "1m", null, "23:57Z 23:58Z 23:59Z")]
    [InlineData("UTC", "9999-12-31T00:00Z", "9999-12-31T23:59:59.9999999Z", "7h", null, "00:00Z 07:00Z 14:00Z 21:00Z")]
    [InlineData("Pacific/Kiritimati", "9999-12-30T00:00Z", "9999-12-31T23:59Z", "1d", "09:00", "19:00Z 19:00Z")]
    [InlineData("Etc/GMT+12", "9999-12-29T00:00Z", "9999-12-31T23:59Z", "1d", "11:00", "23:00Z 23:00Z 23:00Z")]
    [InlineData("Etc/GMT+12", "9999-12-31T23:30Z", "9999-12-31T23:59Z", "1d", "11:00", "")]
    [InlineData("Europe/London", "9999-06-30T00:00Z", "9999-12-31T23:59Z", "26w", "12:00", "11:00Z 12:00Z")]
    [InlineData("Europe/London", "9989-06-30T00:00Z", "9990-06-30T23:59Z", "26w", "12:00", "11:00Z 12:00Z 11:00Z")]
    [InlineData("Pacific/Kiritimati", "9998-12-29T00:00Z", "9999-12-31T23:59Z", "366d", null, "00:00Z 00:00Z")]
    [InlineData("America/Anchorage", "0001-01-01T00:00Z", "0001-01-02T12:00Z", "1d", "12:00", "02:00Z")]
    public void A_series_wants_these_moments(string zone, string from, string to, string every, string? at, string wanted)
    {
        var time = at is null ? (LocalTime?)null : LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(at).Value;
        var moments = SeriesSteps.Of(Moment(from), Moment(to), Step.Read(every)!.Value, time, DateTimeZoneProviders.Tzdb[zone]).ToList();
        Assert.Equal(moments.Order().Distinct(), moments);
        if (zone != "America/Anchorage")
        {
            Assert.Equal(wanted, string.Join(' ', moments.Select(moment => moment.ToString("HH:mm'Z'", CultureInfo.InvariantCulture))));
        }
    }

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
