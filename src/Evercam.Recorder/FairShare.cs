namespace Evercam.Recorder;

/// <summary>Which cameras a server gives away that has more than its share.</summary>
internal static class FairShare
{
    /// <param name="counts">How many cameras each running server has.</param>
    /// <param name="self">The server that asks.</param>
    /// <param name="most">How many it gives away at most.</param>
    /// <returns>To whom, once for each camera; nothing as long as it has hardly more than a tenth too many.</returns>
    public static IReadOnlyList<string> Plan(IReadOnlyDictionary<string, long> counts, string self, int most)
    {
        if (!counts.TryGetValue(self, out var mine))
        {
            return [];
        }

        var share = (counts.Values.Sum() + counts.Count - 1) / counts.Count;
        return mine <= share + Math.Max(1, share / 10)
            ? []
            : [.. counts.Where(server => server.Key != self && server.Value < share).OrderBy(server => server.Value)
                .SelectMany(server => Enumerable.Repeat(server.Key, (int)(share - server.Value))).Take((int)Math.Min(mine - share, most))];
    }
}
