using Evercam.Recorder;
using Evercam.Storage.Catalog;
using NodaTime;

namespace Evercam.Tests.Cluster;

/// <summary>What the tests of several servers find in their pictures. Moments are seconds after noon; pictures are due at whole ones.</summary>
public sealed class CadenceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly Schedule EverySecond = new(cameraKey: 0, 60, week: null, DateTimeZone.Utc);

    [Theory]
    [InlineData(0, 3.4, "1 Recorded")]
    [InlineData(0, 7.1, "1 Recorded")]
    [InlineData(1, 7.2, "1 Recorded")]
    [InlineData(0, 7.2, "1 Recorded", "3 ServerDown", "7 Recorded")]
    [InlineData(0, 7.2, "1 Recorded", "4 ServerDown", "6 Recorded")]
    [InlineData(1, 7.2, "1 Recorded", "5 ServerDown", "7 Recorded")]
    [InlineData(0, 7.2, "1 Recorded", "3 Offline", "7 Recorded")]
    [InlineData(1, 12.2, "1 Recorded", "3 ServerDown", "8 Recorded")]
    [InlineData(1, 12.2, "1 Recorded", "3 ServerDown")]
    [InlineData(1, 12.2, "1 Recorded", "3 Offline", "12 Recorded")]
    [InlineData(1, 12.2, "1 Recorded", "3 ServerDown", "6 Recorded", "8 ServerDown", "12 Recorded")]
    public void A_pause_of_more_than_five_seconds_is_told_as_a_whole_by_one_span(int unexplained, double next, params string[] facts) =>
        Assert.Equal(unexplained, Cadence.ListUnexplained(EverySecond, At(1.1, 2.1, next), [.. facts.Select(Fact)]).Count());

    private static IReadOnlyList<DateTimeOffset> At(params double[] seconds) => [.. seconds.Select(second => Noon.AddSeconds(second))];

    private static (long Since, CoverageStatus Status) Fact(string text) =>
        text.Split(' ') is [var second, var status]
            ? (Noon.AddSeconds(int.Parse(second, System.Globalization.CultureInfo.InvariantCulture)).ToUnixTimeSeconds(), Enum.Parse<CoverageStatus>(status))
            : throw new FormatException(text);
}
