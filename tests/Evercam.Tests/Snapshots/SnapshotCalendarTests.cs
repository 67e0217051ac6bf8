using Evercam.Server.Snapshots;
using NodaTime;

namespace Evercam.Tests.Snapshots;

/// <summary>Days and hours, against what the clock shows at each moment.</summary>
public sealed class SnapshotCalendarTests
{
    private const int Moments = 300;

    private static readonly Instant From = Instant.FromUtc(1840, 1, 1, 0, 0);
    private static readonly Instant To = Instant.FromUtc(2040, 1, 1, 0, 0);

    /// <summary>Some whose clocks are set back over midnight, some at odd times or by odd amounts, some that left a day out or had one twice.</summary>
    public static TheoryData<string> Zones =>
    [
        "America/St_Johns", "America/Goose_Bay", "Antarctica/Casey", "America/Moncton", "America/Juneau", "America/Sitka", "Asia/Manila",
        "Pacific/Kwajalein", "Pacific/Apia", "Pacific/Fakaofo", "Pacific/Kiritimati", "Pacific/Auckland", "Pacific/Chatham", "Australia/Lord_Howe",
        "Antarctica/Troll", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran", "Asia/Gaza", "Asia/Amman", "Asia/Beirut", "Asia/Pyongyang",
        "Africa/Monrovia", "Africa/Cairo", "Africa/Casablanca", "America/Sao_Paulo", "America/Asuncion", "America/Havana", "America/Santiago",
        "America/Caracas", "America/Scoresbysund", "America/New_York", "Atlantic/Azores", "Europe/Dublin", "Europe/Amsterdam", "Europe/Moscow", "Etc/UTC",
    ];

    [Theory]
    [MemberData(nameof(Zones))]
    public void A_moment_is_in_the_one_day_and_hour_that_the_clock_shows(string name)
    {
        var (zone, dice) = (SnapshotCalendar.ZoneOf(name), new Random(17));
        var turns = zone.GetZoneIntervals(From, To).Where(interval => interval.HasStart && interval.Start > From).Select(interval => interval.Start).ToList();
        List<Instant> moments =
        [
            .. Enumerable.Range(0, Moments).Select(_ => Between(From, To)),
            .. turns.SelectMany(turn => Enumerable.Range(0, 3).Select(_ => Between(turn - Duration.FromHours(26), turn + Duration.FromHours(26)))),
            .. turns.SelectMany(turn => new[] { turn - Duration.FromSeconds(1), turn, turn + Duration.FromMinutes(30) }),
        ];
        foreach (var moment in moments.Select(moment => moment.ToDateTimeOffset()))
        {
            var clock = SnapshotCalendar.ClockAt(moment, zone);
            (LocalDate Day, int Hour)[] listed =
            [
                .. Enumerable.Range(-2, 5).Select(clock.Date.PlusDays).SelectMany(day => SnapshotCalendar.HoursOf(day.Year, day.Month, day.Day, zone)
                    .Where(piece => piece.From <= moment && moment < piece.To).Select(piece => (day, piece.Hour))),
            ];
            Assert.Equal((moment, clock.Date, clock.Hour), (moment, Assert.Single(listed).Day, listed[0].Hour));
            Assert.Equal(
                [clock.Date],
                Enumerable.Range(-2, 5).Select(clock.Date.PlusDays).Where(day => SnapshotCalendar.DaysOf(day.Year, day.Month, zone)[day.Day - 1]
                    .Pieces.Any(piece => piece.From <= moment && moment < piece.To)));
        }

#pragma warning disable CA5394 // Repeatable moments, not secrets.
        Instant Between(Instant from, Instant to) => from + Duration.FromSeconds(dice.NextInt64((long)(to - from).TotalSeconds));
#pragma warning restore CA5394
    }

    [Fact]
    public void A_day_is_one_range_unless_its_evening_comes_again()
    {
        var zone = SnapshotCalendar.ZoneOf("America/St_Johns");
        Assert.Equal(
            [(6, 2), (7, 2)],
            SnapshotCalendar.DaysOf(2010, 11, zone).Index().Where(day => day.Item.Pieces.Count != 1).Select(day => (day.Index + 1, day.Item.Pieces.Count)));
    }
}
