namespace Evercam.Server.Snapshots;

/// <summary>All that has one date by the clock of a zone. One range, nearly always: where a clock is set back over midnight, the day comes in
/// two, with a little of the next one between; of a day that a zone left out there is an empty one.</summary>
/// <param name="Pieces">Ascending, at least one; each includes its beginning and excludes its end.</param>
internal sealed record ClockDay(IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Pieces)
{
    public DateTimeOffset Begins => Pieces[0].From;

    public DateTimeOffset Ends => Pieces[^1].To;

    /// <summary>What is no part of the day though it lies within it.</summary>
    public IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Gaps =>
        Pieces.Zip(Pieces.Skip(1), (before, after) => (before.To, after.From));
}
