namespace Evercam.Storage.Catalog;

/// <summary>A change of what is known of a camera's recording.</summary>
/// <param name="CameraKey">The camera.</param>
/// <param name="From">The first second, Unix.</param>
/// <param name="To">The second behind the last, if pictures of the past went: only what was recorded there changes.
/// <see langword="null"/>: from then on it is so, whatever was thought before.</param>
/// <param name="Status">What it is now.</param>
/// <param name="UserKey">Who did it, if anyone.</param>
public sealed record CoverageChange(long CameraKey, long From, long? To, CoverageStatus Status, long? UserKey = null)
{
    /// <summary>What the facts of a range become when recorded pictures in it went. Pure.</summary>
    /// <param name="before">The last fact before the range, if any.</param>
    /// <param name="within">The facts from the beginning of the range to its end, both included, ascending.</param>
    /// <returns>The facts that take the place of those within.</returns>
    internal IReadOnlyList<CoverageFact> Cut(CoverageFact? before, IReadOnlyList<CoverageFact> within)
    {
        var facts = new List<CoverageFact>();
        var (truth, told) = (before, before);
        if (truth is not null)
        {
            Tell(From, Changed(truth));
        }

        foreach (var fact in within)
        {
            truth = fact;
            Tell(fact.Since, fact.Since < To ? Changed(fact) : fact);
        }

        if (truth is not null)
        {
            // Behind the range, everything is as it was.
            Tell(To!.Value, truth);
        }

        return facts;

        CoverageFact Changed(CoverageFact fact) => fact.Status == CoverageStatus.Recorded ? Fact(From, Status, UserKey) : fact;

        void Tell(long since, CoverageFact fact)
        {
            if (facts is [.., var last] && last.Since == since)
            {
                // It was true for no second.
                facts.RemoveAt(facts.Count - 1);
                told = facts is [.., var earlier] ? earlier : before;
            }

            if (told is null || !Same(told, fact))
            {
                told = Fact(since, fact.Status, fact.UserKey);
                facts.Add(told);
            }
        }
    }

    internal CoverageFact ToFact() => Fact(From, Status, UserKey);

    /// <summary>Whether two facts say the same, so that the second need not be written.</summary>
    internal static bool Same(CoverageFact one, CoverageFact other) =>
        (one.Status, one.UserKey) == (other.Status, other.UserKey);

    private CoverageFact Fact(long since, CoverageStatus status, long? user) =>
        new() { CameraKey = CameraKey, Since = since, Status = status, UserKey = user };
}
