using System.Globalization;

namespace Evercam.Server.Series;

/// <summary>How long from one picture of a series to the next, as it is written: a number and a unit, such as <c>10m</c>, <c>1h</c>,
/// <c>1d</c>, <c>2w</c>.</summary>
/// <param name="Count">How many units.</param>
/// <param name="Unit"><c>m</c>inutes, <c>h</c>ours, <c>d</c>ays or <c>w</c>eeks.</param>
internal readonly record struct Step(int Count, char Unit)
{
    private const int MostDays = 366;

    /// <summary>Whether it goes from day to day.</summary>
    public bool IsOfDays => Unit is 'd' or 'w';

    /// <summary>Whether it keeps to what the clock shows when the clock is changed. Steps of up to an hour do not: there would be none
    /// in an hour that comes twice.</summary>
    public bool KeepsToTheClock => Length > TimeSpan.FromHours(1);

    /// <summary>How long it is, where the clock is not changed.</summary>
    public TimeSpan Length => Unit switch
    {
        'm' => TimeSpan.FromMinutes(Count),
        'h' => TimeSpan.FromHours(Count),
        'd' => TimeSpan.FromDays(Count),
        _ => TimeSpan.FromDays(7L * Count),
    };

    /// <summary>Reads one of a minute to a year; <see langword="null"/> for anything else.</summary>
    public static Step? Read(string text)
    {
        var written = text.Trim().ToLowerInvariant();
        if (written is not [.. var digits, 'm' or 'h' or 'd' or 'w']
            || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > MostDays * 24 * 60)
        {
            return null;
        }

        var step = new Step(count, written[^1]);
        return step.Length.TotalDays <= MostDays ? step : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count}{Unit}");
}
